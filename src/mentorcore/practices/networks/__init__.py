"""Networks across institutions: what they agreed to share, and what travels under an agreement.

An institution keeps one log. Whoever comes from another one is spoken of here under an agreement
that both signed, and for what it names only (INV-58).
"""

from mentorcore.domain.participant.carried import brought_stream, origin_stream
from mentorcore.practices.networks.carrying.deciding import BROUGHT, CARRIED, ORIGIN
from mentorcore.practices.networks.carrying.events import (
    CheckpointHeld,
    HoldCheckpoint,
    IssueServiceRecord,
    LogKeyTrusted,
    LogNamed,
    NameLog,
    OwnerRecognised,
    ReceiveServiceRecord,
    RecogniseOwner,
    ServiceRecordIssued,
    ServiceRecordReceived,
    TrustLogKey,
)
from mentorcore.practices.networks.carrying.view import RECORDS
from mentorcore.practices.networks.deciding import AGREEMENT
from mentorcore.practices.networks.events import (
    ConsentToPairingAcross,
    DataSharingAgreementDrafted,
    DataSharingAgreementEnded,
    DataSharingAgreementSigned,
    DraftDataSharingAgreement,
    EndDataSharingAgreement,
    PairingAcrossConsented,
    PairingAcrossConsentWithdrawn,
    SignDataSharingAgreement,
    WithdrawConsentToPairingAcross,
)
from mentorcore.practices.networks.guards import GUARDS
from mentorcore.practices.networks.pool_view import POOL
from mentorcore.practices.networks.pooling import (
    FiguresShared,
    PoolReleased,
    RecordSharedDataRemoval,
    ReleasePool,
    SharedDataRemoved,
    ShareFigures,
)
from mentorcore.practices.networks.view import AGREEMENTS, VISITORS
from mentorcore.practices.spec import CONTRACT, Practice

__all__ = [
    "PRACTICE",
    "CheckpointHeld",
    "ConsentToPairingAcross",
    "DataSharingAgreementDrafted",
    "DataSharingAgreementEnded",
    "DataSharingAgreementSigned",
    "DraftDataSharingAgreement",
    "EndDataSharingAgreement",
    "FiguresShared",
    "HoldCheckpoint",
    "IssueServiceRecord",
    "LogKeyTrusted",
    "LogNamed",
    "NameLog",
    "OwnerRecognised",
    "PairingAcrossConsentWithdrawn",
    "PairingAcrossConsented",
    "PoolReleased",
    "ReceiveServiceRecord",
    "RecogniseOwner",
    "RecordSharedDataRemoval",
    "ReleasePool",
    "ServiceRecordIssued",
    "ServiceRecordReceived",
    "ShareFigures",
    "SharedDataRemoved",
    "SignDataSharingAgreement",
    "TrustLogKey",
    "WithdrawConsentToPairingAcross",
    "brought_stream",
    "origin_stream",
]

PRACTICE = Practice(
    name="networks",
    contract=CONTRACT,
    aggregates=(AGREEMENT, BROUGHT, CARRIED, ORIGIN),
    views=(AGREEMENTS, VISITORS, POOL, RECORDS),
    guards=GUARDS,
)
