"""ZPL in the eyes of another: a renderer that shares no code with ours puts out the very picture."""

import base64
import io
import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gateway.labels.render import render
from gateway.labels.template import load_templates
from gateway.labels.trial import SAMPLES
from gateway.labels.zpl import encode
from tests.label_readers import by_zxing, is_black

ROOT = Path(__file__).parents[1]
RENDERER = ROOT / "node_modules" / "zpl-renderer-js" / "dist" / "index.cjs.js"
RENDER = """
const jobs = JSON.parse(require("fs").readFileSync(0, "utf-8"));
require(process.argv[1]).ready.then(async ({ api }) => {
    const pictures = [];
    for (const job of jobs) pictures.push(await api.zplToBase64Async(job.zpl, job.width, job.height, 8));
    process.stdout.write(JSON.stringify(pictures), () => process.exit(0));
});
"""


def rendered(jobs: list[dict[str, object]]) -> list[Image.Image]:
    done = subprocess.run(
        ["node", "-e", RENDER, str(RENDERER)],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [Image.open(io.BytesIO(base64.b64decode(picture))) for picture in json.loads(done.stdout)]


@pytest.mark.slow
def test_another_renderer_of_zpl_sees_every_dot_as_we_drew_it() -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed: it runs the other renderer")
    if not RENDERER.exists():
        pytest.skip("zpl-renderer-js is not installed (npm ci)")
    templates = load_templates(ROOT / "config" / "labels")
    pictures, jobs = [], []
    for name in ("carton-50x30", "carton-80x50", "pallet-100x150"):
        template = templates[name]
        for compressed in (True, False):
            picture = render(template, SAMPLES[template.kind]).picture
            zpl = encode(picture, head_dots=832, direction=1, density=15, speed=Decimal(3), compressed=compressed)
            pictures.append(picture)
            jobs.append({"zpl": zpl.decode(), "width": float(template.width_mm), "height": float(template.height_mm)})
    for picture, seen in zip(pictures, rendered(jobs), strict=True):
        assert seen.size == picture.size
        assert np.array_equal(is_black(seen), is_black(picture))
        assert by_zxing(seen) == by_zxing(picture) != []
