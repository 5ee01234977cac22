// The technician's page: every device on the wire, the road to the province, disk, clock, certificates, labels, the doctor.

import { ask, get, newKey, NotDone } from "../api.js";
import { button } from "../components/button.js";
import { curtain } from "../components/curtain.js";
import { deviceTable } from "../components/device-table.js";
import { meter } from "../components/meter.js";
import { pill } from "../components/pill.js";
import { fill, h, write } from "../dom.js";
import { amount, bytes, calendarDay, day, moment, rounded, second } from "../format.js";
import { icon } from "../icons.js";
import { stream } from "../stream.js";
import { language, lines, word } from "../words.js";
import { deviceRows } from "./device-rows.js";
import { frame } from "./frame.js";

const LABELS_EVERY_MS = 2000;
const DOCTOR_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;

export function mount(root) {
  document.title = word("devices");
  const { view, end } = frame(root, "/devices");
  stream.open({ devices: true });
  const table = deviceTable();
  const mistakes = h("section.card.fault-card", { hidden: true });
  const uplink = card("uplink", "cloud");
  const disk = card("disk", "disk");
  const clock = card("clock", "clock");
  const certificate = card("certificate", "certificate");
  const findings = h("section.card.findings");
  const labels = h("section.card.labels");
  const fullness = meter();
  disk.body.after(fullness.element);
  view.classList.add("devices-view");
  view.append(
    h("h1.seen-by-readers-only", {}, word("devices")),
    h("div.devices-main", {}, mistakes, h("section.card.table-card", {}, table.element), labels),
    h("aside.devices-side", {}, uplink.element, disk.element, h("div.devices-pair", {}, clock.element, certificate.element), findings),
  );
  let ended = false;

  /** What is being selected stays as it is: a frame that changes under the finger cannot be copied. */
  const selecting = () => {
    const selection = document.getSelection();
    return Boolean(selection && !selection.isCollapsed && table.element.contains(selection.anchorNode));
  };

  function draw() {
    const told = stream.devices;
    if (!told?.devices || selecting()) return;
    table.show({
      label: word("devices"), rows: deviceRows(told),
      head: ["device", "link", "last_value", "age", "raw_frame", "took", "errors_day"].map((id) => word(`device_${id}`)),
    });
    drawUplink(uplink, told.uplink);
    drawDisk(disk, fullness, told.journal);
    drawClock(clock, told.clock);
    const wrong = stream.house?.config ?? "";
    mistakes.hidden = !wrong;
    if (wrong) fill(mistakes, h("h2", {}, icon("alert"), word("config_refused")), h("pre", {}, wrong), h("p", {}, word("config_refused_do")));
  }

  async function examine() {
    try {
      const found = await get("doctor");
      if (ended) return;
      drawCertificate(certificate, found.certificates ?? {});
      drawFindings(findings, found.findings ?? [], examine);
    } catch (error) {
      if (!(error instanceof NotDone)) return;
      write(certificate.note, error.sentence ? lines(error.sentence).join(". ") : "");
    }
  }

  async function look() {
    try {
      const [queue, latest] = await Promise.all([get("labels/queue"), get("labels/latest")]);
      if (!ended) drawLabels(labels, queue, latest, look);
    } catch {
      // the strip above says that the gateway is not heard
    }
  }

  const stops = ["snapshot", "devices", "house"].map((name) => stream.on(name, draw));
  const timers = [setInterval(look, LABELS_EVERY_MS), setInterval(examine, DOCTOR_EVERY_MS)];
  draw();
  drawFindings(findings, null, examine);
  drawLabels(labels, [], [], look);
  look();
  examine();
  return () => {
    ended = true;
    timers.forEach(clearInterval);
    stops.forEach((stop) => stop());
    stream.open();
    end();
  };
}

function card(name, symbol) {
  const state = pill();
  const digits = h("span.side-digits");
  const unit = h("span.side-unit");
  const body = h("p.side-value", {}, digits, unit);
  const note = h("p.side-note");
  const element = h("section.card.side-card", { "data-test": name }, h("h2", {}, icon(symbol), h("span", {}, word(`card_${name}`)), state.element), body, note);
  return { element, state, digits, unit, body, note };
}

function drawUplink(one, uplink) {
  one.state.show(uplink.connected
    ? { icon: "check", text: word(uplink.backlog ? "uplink_catching_up" : "uplink_up") }
    : { icon: "clock", text: word("uplink_waits"), tone: "warn" });
  write(one.digits, amount(uplink.backlog));
  write(one.unit, word("events_waiting"));
  const rest = [
    uplink.error, uplink.confirmed_at ? word("confirmed_to", { n: amount(uplink.confirmed_seq), t: second(uplink.confirmed_at) }) : word("confirmed_none"),
    word("on_disk_n", { n: amount(uplink.on_disk) }), uplink.fork,
  ];
  write(one.note, rest.filter(Boolean).join("\n"));
}

function drawDisk(one, fullness, journal) {
  const wrong = journal.error || journal.trouble;
  one.state.show(wrong ? { icon: "alert", text: word("disk_wrong"), tone: "stop", strong: true } : { icon: "check", text: word("disk_good") });
  const share = journal.share ?? 0;
  write(one.digits, rounded(share * 100, share < 0.1 ? 1 : 0));
  write(one.unit, word("of_budget"));
  fullness.show({ share, marks: [journal.warns_at], label: word("card_disk") });
  const told = [
    word("bytes_of", { used: bytes(journal.bytes), budget: bytes(journal.budget) }), wrong,
    journal.checked ? word("journal_checked", { n: journal.epoch }) : word("journal_checking"),
    journal.set_aside.length ? word("set_aside_n", { n: journal.set_aside.length }) : "",
  ];
  write(one.note, told.filter(Boolean).join("\n"));
}

function drawClock(one, clock) {
  const synced = clock.quality === "synced" || clock.quality === "holdover";
  one.state.show({ icon: synced ? "check" : "alert", tone: synced ? "plain" : "warn", text: word(`clock_${clock.quality}`) });
  const known = clock.error_s !== null && clock.error_s !== undefined;
  one.body.hidden = !known;
  write(one.digits, known ? rounded(clock.error_s * 1000, 0) : "");
  write(one.unit, word("ms_off"));
  write(one.note, stream.house ? moment(stream.house.now) : "");
}

function drawCertificate(one, certificates) {
  const [name, until] = Object.entries(certificates).sort((a, b) => a[1].localeCompare(b[1]))[0] ?? [];
  if (!name) {
    one.state.show({ icon: "lock", text: word("no_tls"), tone: "plain" });
    one.body.hidden = true;
    write(one.note, word("no_tls_why"));
    return;
  }
  one.body.hidden = false;
  const days = Math.floor((Date.parse(until) - Date.now()) / DAY_MS);
  one.state.show(days < 0 ? { icon: "alert", text: word("cert_over"), tone: "stop", strong: true }
    : days < 30 ? { icon: "alert", text: word("cert_soon"), tone: "warn" } : { icon: "check", text: word("disk_good") });
  write(one.digits, amount(days));
  write(one.unit, word("days"));
  write(one.note, `${name}: ${word("ends_on", { d: day(until) })}`);
}

function drawFindings(box, found, again) {
  const heading = h("h2", {}, icon("wrench"), h("span", {}, word("doctor")), button({ label: word("examine"), icon: "reprint", kind: "quiet", onpress: again, test: "examine" }).element);
  heading.lastElementChild.classList.add("small");
  const list = found === null ? h("p.side-note", {}, word("examining")) : found.length
    ? h("ul", {}, found.map((one) => h(
      "li", { "data-level": one.level }, icon(one.level === "sound" ? "check" : "alert"),
      h("div", {}, h("strong", {}, one.about), h("p", {}, one[language()]), one.evidence ? h("code", {}, one.evidence) : null),
    )))
    : h("p.side-note.sound", {}, icon("check"), h("span", {}, word("doctor_sound")));
  fill(box, heading, list);
}

let drawn = "";

function drawLabels(box, queue, latest, again) {
  const known = JSON.stringify([queue, latest, language()]);
  if (known === drawn && box.childElementCount) return; // pictures that are there are not fetched again
  drawn = known;
  fill(box, h("h2", {}, icon("printer"), h("span", {}, word("label_queue")), h("span.push", {}, queue.length ? word("n_labels", { n: queue.length }) : word("no_labels"))),
    queue.length ? h("ul.label-list", {}, queue.slice(0, 12).map((job) => labelItem(job, again))) : null,
    latest.length ? h("h2", {}, h("span", {}, word("latest_labels"))) : null,
    latest.length ? h("ul.label-list", {}, latest.map((job) => labelItem(job, again))) : null);
}

function labelItem(job, again) {
  const name = job.serial ? word("carton_n", { n: job.serial }) : job.kind;
  const state = { queued: ["clock", "plain"], sending: ["printer", "accent"], unknown: ["alert", "warn"], done: ["check", "plain"] }[job.state] ?? ["printer", "plain"];
  const address = `/api/labels/preview/${encodeURIComponent(job.job)}.png`;
  const picture = h("img", { src: address, alt: `${word("label_preview")}: ${name}`, loading: "lazy" });
  return h(
    "li.label-item", {}, picture,
    h("div", {}, h("strong", {}, name), h("p", {}, `${job.printer} · ${job.template}`), h("p", {}, `${calendarDay(job.asked_at)} ${second(job.asked_at)}`),
      pill({ icon: state[0], tone: state[1], text: word(`label_state_${job.state}`) }).element),
    job.state === "sending" || job.state === "done" ? null : button({ label: word("drop_label"), icon: "void", kind: "danger", onpress: () => askDrop(job, name, again), test: "drop-label" }).element,
  );
}

/** A label is dropped for a reason that the journal keeps. */
function askDrop(job, name, again) {
  const key = newKey();
  const question = curtain();
  const why = h("input.field", { type: "text", maxlength: 200, "aria-label": word("drop_why"), placeholder: word("drop_why") });
  const outcome = h("p.outcome", { role: "alert", hidden: true });
  const drop = async () => {
    try {
      await ask({ do: "cancel-label", job: job.job, reason: why.value.trim() || word("drop_label") }, { key, station: job.station });
      question.close();
      again();
    } catch (error) {
      if (!(error instanceof NotDone)) throw error;
      outcome.hidden = false;
      outcome.textContent = error.sentence ? lines(error.sentence).join(". ") : word("outcome_unknown");
    }
  };
  question.open({
    title: word("drop_ask", { label: name }), body: h("div.ack-answers", {}, why, outcome),
    actions: [
      { label: word("go_back"), icon: "back", onpress: () => question.close() },
      { label: word("drop_label"), icon: "void", kind: "danger", onpress: drop },
    ],
  });
}

