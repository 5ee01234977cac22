"""The registers of the demo house: product, growing area, farms, people, customer and crate, all invented."""

from typing import Final

REGISTERS: Final = """\
# Danh mục của nhà làm thử. Mọi tên và mã đều là bịa.
# Registers of the demo house. Every name and code is invented.

version = "demo-1"

[product.sau-rieng-ri6]
name = { vi = "Sầu riêng Ri6", en = "Durian Ri6" }
variety = "Ri6"
gtin_lot = "99521234000016"
gtin_carton = "99521234000054"
min_kg = 8.00
max_kg = 12.00
target_kg = 10.00
under_kg = 0.50
over_kg = 0.50
shelf_life_days = 21

# Một vùng trồng: thùng của mọi lô xuất khẩu được xếp chung pallet.
# One growing area: cartons of all export lots may share a pallet.
[area.VN-XXOR-0001]
status = "active"

[farm.FARM-0042]
id = "NH-0042"
name = "Hộ mẫu 42"
area = "VN-XXOR-0001"
product = "sau-rieng-ri6"

[farm.FARM-0017]
id = "NH-0017"
name = "Hộ mẫu 17"
area = "VN-XXOR-0001"
product = "sau-rieng-ri6"

[farm.FARM-0108]
id = "NH-0108"
name = "Hộ mẫu 108"
area = "VN-XXOR-0001"
product = "sau-rieng-ri6"

[operator.OP-01]
name = "Nhân viên cổng"

[operator.OP-03]
name = "Nhân viên kho"

[operator.OP-04]
name = "Nhân viên xuất hàng"

[operator.OP-05]
name = "Nhân viên kiểm tra"

[operator.OP-07]
name = "Nhân viên trạm 1"

[operator.OP-08]
name = "Nhân viên trạm 2"

[operator.OP-09]
name = "Nhân viên xếp pallet"

[operator.OP-12]
name = "Tổ trưởng"
role = "supervisor"

[customer.KH-0001]
name = "Công ty nhập khẩu mẫu"

[crate.CRATE-A]
name = "Sọt xanh"
tare_kg = 1.50
"""
