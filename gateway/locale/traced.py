"""The words of trace pages, reports and recall lists: Vietnamese first, English second."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple


class Words(NamedTuple):
    """The same said in Vietnamese and in English."""

    vi: str
    en: str


TRACED: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        # what is traced
        "carton": ("Thùng", "Carton"),
        "pallet": ("Pallet", "Pallet"),
        "lot": ("Lô", "Lot"),
        "harvest_lot": ("Lô thu hoạch", "Harvest lot"),
        "graded_lot": ("Lô đã phân loại", "Graded lot"),
        "dispatch": ("Chuyến hàng", "Shipment"),
        "trace": ("Truy xuất nguồn gốc", "Traceability"),
        "before": ("Một bước trước", "One step back"),
        "this": ("Tại cơ sở này", "In this house"),
        "after": ("Một bước sau", "One step forward"),
        "household": ("Nông hộ", "Farm household"),
        "area": ("Mã số vùng trồng", "Growing-area code"),
        "facility": ("Mã số cơ sở đóng gói", "Packing-facility code"),
        "customer": ("Khách hàng", "Customer"),
        "still_here": ("Còn tại cơ sở", "Still in the house"),
        "in_room": ("Đang ở {room}", "In {room}"),
        "nowhere": ("Chưa vào kho", "In no cold room"),
        "harvested": ("Ngày thu hoạch", "Harvested"),
        "packed_on": ("Ngày đóng gói", "Packed"),
        # verdict
        "safe": ("An toàn", "Safe"),
        "excursion": ("Có vượt ngưỡng", "Limit broken"),
        "no_data": ("Thiếu số liệu", "Readings missing"),
        "complete": ("Đầy đủ", "Complete"),
        "incomplete": ("Thiếu mục {items}", "Missing: item {items}"),
        "chain_whole": ("Chuỗi nguyên vẹn", "Chain whole"),
        "chain_broken": ("Chuỗi hỏng từ số {seq}", "Chain broken from entry {seq}"),
        "held": ("Đang tạm giữ", "On hold"),
        "rejected": ("Không đạt", "Rejected"),
        "void": ("Đã hủy lần cân", "Weighing voided"),
        "destroyed": ("Đã tiêu hủy", "Destroyed"),
        "why_never_stored": ("chưa vào kho lạnh nên chưa có nhiệt độ", "never in a cold room, so no temperature"),
        "why_coverage": ("{room}: có số đo {share}, cần {least}", "{room}: coverage {share}, needs {least}"),
        "why_no_limit": ("{room}: chưa đặt ngưỡng nhiệt độ", "{room}: no temperature limit is set"),
        "why_excursion": ("{room}: {worst} trong {span}", "{room}: {worst} for {span}"),
        "why_alarm": ("cảnh báo {room} lúc {at}", "alarm of {room} at {at}"),
        "proved": (
            "{n} bản ghi nối nhau đã tính lại, {m} chữ ký hợp lệ",
            "{n} entries recomputed, {m} signatures valid",
        ),
        "unsigned": ("{n} đoạn chưa có chữ ký", "{n} stretches not signed yet"),
        "bodiless": ("{n} bản ghi đã xóa nội dung theo thời hạn lưu", "{n} entries purged of their words"),
        # confirmation
        "disk": ("Đã ghi", "On disk"),
        "broker": ("Đã gửi", "At the broker"),
        "province": ("Tỉnh đã nhận", "Province has it"),
        "confirmed_all": ("Tỉnh đã nhận {n} trên {m} bản ghi", "Province has {n} of {m} entries"),
        "sent_all": ("Broker đã nhận {n} trên {m} bản ghi", "Broker has {n} of {m} entries"),
        # stages
        "lot-opened": ("Mở lô", "Lot opened"),
        "receipt": ("Nhận tại cổng", "Received at the gate"),
        "inspection": ("Kiểm tra chất lượng: {result}", "Inspected: {result}"),
        "grading": ("Phân loại", "Graded"),
        "cartons": ("Đóng {n} thùng", "{n} cartons packed"),
        "packed": ("Đóng gói, in nhãn", "Packed and labelled"),
        "stamp": ("Gắn tem", "Stamps bound"),
        "pallet-built": ("Xếp pallet", "Palletised"),
        "unpack": ("Dỡ pallet", "Taken apart"),
        "room-in": ("Vào {room}", "Into {room}"),
        "room-out": ("Ra khỏi {room}", "Out of {room}"),
        "hold": ("Tạm giữ", "Held"),
        "release": ("Bỏ tạm giữ", "Released"),
        "destroy": ("Tiêu hủy", "Destroyed"),
        "dispatched": ("Xuất hàng", "Dispatched"),
        "void-shipping": ("Hủy chuyến, hàng quay về", "Shipment called back"),
        "lot-closed": ("Kết thúc lô", "Lot closed"),
        "used up": ("đã dùng hết", "used up"),
        "scan": ("quét mã kết thúc", "by scan"),
        "asked": ("theo yêu cầu", "asked for"),
        "no load": ("không có lần cân nào", "nothing was weighed"),
        "lot-reopened": ("Mở lại lô", "Lot reopened"),
        "accepted": ("đạt", "accepted"),
        "conditional": ("đạt có điều kiện", "conditional"),
        "result_rejected": ("không đạt", "rejected"),
        # figures
        "gross": ("Cả bì", "Gross"),
        "tare": ("Bì", "Tare"),
        "deduction": ("Trừ", "Deduction"),
        "net": ("Tịnh", "Net"),
        "loss": ("Hao hụt", "Loss"),
        "received": ("Đã nhận", "Received"),
        "graded": ("Đã phân loại", "Graded"),
        "in_cartons": ("Đã đóng thùng", "In cartons"),
        "shipped": ("Đã xuất", "Shipped"),
        "thrown": ("Đã tiêu hủy", "Destroyed"),
        "left": ("Còn lại", "Left"),
        "grade": ("Hạng {grade}", "Grade {grade}"),
        "dryMatterPercent": ("Chất khô %", "Dry matter %"),
        "sampleCount": ("Số mẫu", "Samples"),
        "vehicle": ("Xe", "Vehicle"),
        "container": ("Công-te-nơ", "Container"),
        "seal": ("Số chì", "Seal"),
        "market": ("Thị trường", "Market"),
        "documents": ("Giấy tờ", "Documents"),
        "count_cartons": ("{n} thùng", "{n} cartons"),
        "count_crates": ("{n} sọt", "{n} crates"),
        "count_loads": ("{n} lần cân", "{n} loads"),
        "when": ("Lúc", "When"),
        "scale": ("Cân", "Scale"),
        "shown": ("Số hiện trên cân", "Shown"),
        "frame": ("Khung gốc", "Raw frame"),
        "verified_until": ("kiểm định đến {date}", "verified until {date}"),
        "manual": ("Nhập tay, phiếu {form}", "Entered by hand, form {form}"),
        "reason": ("Lý do", "Reason"),
        "time_corrected": ("giờ đã hiệu chỉnh", "time corrected"),
        # sections
        "story": ("Các công đoạn", "Stages"),
        "tree": ("Cây nguồn gốc", "Genealogy"),
        "balance": ("Cân đối khối lượng", "Mass balance"),
        "rooms": ("Kho lạnh và nhiệt độ", "Cold rooms and temperature"),
        "alarms": ("Cảnh báo", "Alarms"),
        "labels": ("Nhãn", "Labels"),
        "stamps": ("Tem", "Stamps"),
        "people": ("Người thực hiện", "People"),
        "corrections": ("Đính chính", "Corrections"),
        "weights": ("Bằng chứng cân", "Evidence of weighing"),
        "key_data": ("Phần tử dữ liệu chính", "Key data elements"),
        "none": ("Không có", "None"),
        # rooms
        "low_high": ("Thấp – cao", "Least – most"),
        "mean": ("Trung bình", "Mean"),
        "above": ("Trên ngưỡng", "Above the limit"),
        "below": ("Dưới ngưỡng", "Below the limit"),
        "limits": ("Ngưỡng", "Limits"),
        "coverage": ("Có số đo", "Coverage"),
        "gap": ("Không có số đo {span}", "No reading for {span}"),
        "inside_now": ("đang ở trong kho", "inside now"),
        "pallets_n": ("{n} pallet", "{n} pallets"),
        # alarms
        "raised": ("đang báo", "raised"),
        "acknowledged": ("đã ghi nhận", "acknowledged"),
        "cleared": ("đã hết", "cleared"),
        # labels
        "label_done": ("Nhãn đã ra", "The label came out"),
        "label_sent": ("Đã gửi đến máy in", "Sent to the printer"),
        "label_queued": ("Chờ in", "Queued"),
        "label_unknown": ("Không rõ đã in chưa", "Not known whether it came out"),
        "label_void": ("Đã hủy nhãn", "Label voided"),
        "label_none": ("Không in nhãn", "No label"),
        "label_again": ("In lại", "Reprint"),
        "device-ready": ("máy in sẵn sàng sau khi in", "printer ready afterwards"),
        "device-complete": ("máy in báo xong", "printer reported it"),
        "scan-verified": ("đã quét đối chiếu", "scan-verified"),
        "operator": ("nhân viên báo", "told by a person"),
        # corrections
        "did_not_occur": ("không xảy ra", "did not occur"),
        "incorrect_data": ("sai số liệu", "wrong data"),
        "replaced": ("thay bằng bản ghi số {seq}", "replaced by entry {seq}"),
        # key data elements, in the order of their numbers
        "kde_1": ("Mã lô, GTIN", "Lot code, GTIN"),
        "kde_2": ("Tên sản phẩm, giống", "Product, variety"),
        "kde_3": ("Khối lượng", "Quantity"),
        "kde_4": ("Mã số vùng trồng", "Growing-area code"),
        "kde_5": ("Nông hộ", "Farm household"),
        "kde_6": ("Tỉnh, xã", "Province, commune"),
        "kde_7": ("Ngày thu hoạch", "Harvest dates"),
        "kde_8": ("Khai báo thuốc bảo vệ thực vật", "Pre-harvest declaration"),
        "kde_9": ("Tiêu chuẩn, chứng nhận", "Standards, certificates"),
        "kde_10": ("Phiếu nhận và lần cân", "Receipt and weighing"),
        "kde_11": ("Kết quả kiểm tra", "Inspection"),
        "kde_12": ("Bước trước, bước sau", "Previous and next step"),
        "kde_13": ("Lô nguồn và cân đối", "Parent lots and balance"),
        "kde_14": ("Đóng gói: cơ sở, ngày, nhãn", "Packing: facility, date, label"),
        "kde_15": ("Bảo quản: kho, giờ, nhiệt độ", "Storage: room, times, temperature"),
        "kde_16": ("Xuất hàng: SSCC, khách, xe", "Dispatch: SSCC, customer, vehicle"),
        "optional": ("không bắt buộc", "optional"),
        "not_yet": ("chưa đến bước này", "not there yet"),
        "missing": ("thiếu", "missing"),
        # recall
        "recall": ("Danh sách truy xuất theo vùng trồng", "Recall list of a growing area"),
        "lots": ("Lô", "Lots"),
        "where": ("Đang ở đâu, đã đi đâu", "Where it is, where it went"),
        "total": ("Tổng cộng", "Total"),
        "all_days": ("mọi ngày", "all days"),
        "not_packed": ("Chưa đóng thùng", "Not packed"),
        "left_behind": ("Còn lại khi kết thúc lô", "Left when the lot was closed"),
        "voided": ("Đã hủy", "Voided"),
        # report of a day
        "day_report": ("Báo cáo ngày", "Report of the day"),
        "receipts": ("Phiếu nhận", "Receipts"),
        "losses": ("Hao hụt", "Losses"),
        "by_hand": ("nhập tay", "by hand"),
        "printed_at": ("In lúc {at}", "Printed {at}"),
        "page_note": (
            "Lập từ sổ sự kiện của gateway. Giờ Việt Nam. Tên người chỉ có trong danh sách của cơ sở này.",
            "Made from the gateway's journal. Vietnam time. Names are of this house's own register.",
        ),
    }
)
"""Every word, by its id; values by name."""


def words(id: str, /, **values: object) -> Words:
    """Give a word in both languages, values filled in.

    Raises:
        KeyError: There is no such word, or it lacks a value.
    """
    vi, en = TRACED[id]
    return Words(vi.format_map(values), en.format_map(values))
