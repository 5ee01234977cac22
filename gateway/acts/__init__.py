"""What people and stations did: one frozen fact for each act, complete enough to be written down as it is."""

from gateway.acts.correction import ErrorDeclared, ErrorReason, LotReopened
from gateway.acts.dispatch import Customer, Dispatch, DispatchOpened, DispatchRecalled, GoodsLoaded, Journey, LotShipped
from gateway.acts.gate import Certificate, Declaration, GateLoad, HarvestLot, LotOpened, Receipt, ReceiptNoted
from gateway.acts.grading import Graded, GradedLoad, Grading, GradingBegun
from gateway.acts.packing import Carton, StampsBound
from gateway.acts.pallet import CartonStacked, PalletBegun, PalletBuilt, PalletTakenApart
from gateway.acts.quality import Destroyed, Held, Inspection, Released, Result
from gateway.acts.registers import RegisterRefused, RegisterTaken
from gateway.acts.rooms import Beyond, History, RoomMove, RoomWindow, Statistics
from gateway.acts.stations import (
    ClockCorrected,
    ConfigChanged,
    DateConfirmed,
    Evidence,
    LotClosed,
    Printout,
    PrintState,
    RefusedAct,
    Reprint,
    SignedIn,
    Started,
    UnboundLoad,
    UnknownScan,
)
from gateway.acts.weighing import PaperForm, Tolerance, Weighing

__all__ = [
    "Acted",
    "Beyond",
    "Carton",
    "CartonStacked",
    "Certificate",
    "ClockCorrected",
    "ConfigChanged",
    "Customer",
    "DateConfirmed",
    "Declaration",
    "Destroyed",
    "Dispatch",
    "DispatchOpened",
    "DispatchRecalled",
    "ErrorDeclared",
    "ErrorReason",
    "Evidence",
    "GateLoad",
    "GoodsLoaded",
    "Graded",
    "GradedLoad",
    "Grading",
    "GradingBegun",
    "HarvestLot",
    "Held",
    "History",
    "Inspection",
    "Journey",
    "LotClosed",
    "LotOpened",
    "LotReopened",
    "LotShipped",
    "PalletBegun",
    "PalletBuilt",
    "PalletTakenApart",
    "PaperForm",
    "PrintState",
    "Printout",
    "Receipt",
    "ReceiptNoted",
    "RefusedAct",
    "RegisterRefused",
    "RegisterTaken",
    "Released",
    "Reprint",
    "Result",
    "RoomMove",
    "RoomWindow",
    "SignedIn",
    "StampsBound",
    "Started",
    "Statistics",
    "Tolerance",
    "UnboundLoad",
    "UnknownScan",
    "Weighing",
]

Acted = (
    LotOpened
    | GateLoad
    | ReceiptNoted
    | HarvestLot
    | Receipt
    | Inspection
    | Held
    | Released
    | Destroyed
    | GradingBegun
    | GradedLoad
    | Grading
    | Carton
    | StampsBound
    | PalletBegun
    | CartonStacked
    | PalletBuilt
    | PalletTakenApart
    | RoomMove
    | RoomWindow
    | DispatchOpened
    | GoodsLoaded
    | Dispatch
    | DispatchRecalled
    | ErrorDeclared
    | LotReopened
    | LotClosed
    | UnboundLoad
    | UnknownScan
    | RefusedAct
    | SignedIn
    | Printout
    | Reprint
    | DateConfirmed
    | ClockCorrected
    | Started
    | ConfigChanged
    | RegisterTaken
    | RegisterRefused
)
"""Everything an act can be."""
