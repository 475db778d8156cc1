#pragma once

#include "core/base/result.h"
#include "core/ingest/eventparser.h"

#include <QByteArray>
#include <QList>
#include <QMetaType>
#include <QString>

namespace entvas {

// An event, or a whole request, that the server did not take. Everything in it is what others wrote.
struct RejectedEvent {
    quint64 number = 0; // of the project's in this run of the server; rises with time
    qint64 receivedAtMs = 0;
    int status = 0; // that the request was answered with
    QString requestId;
    QString keyId, keyName; // of the sender; the name may be empty
    QString sender;         // its address
    qint64 index = -1;      // in the array that was sent, from 0
    qint64 line = -1;       // of one event a line, from 1
    QList<FieldError> errors;
    qint64 offset = -1; // in bytes of the whole body, where the text stops being JSON
    QByteArray body;    // as sent, from bodyFrom on; may end early
    qint64 bodyFrom = 0;
    qint64 bodyBytes = 0; // of the whole body
    qint64 skipped = 0;   // further ones of the same request that were only counted

    bool isCut() const { return bodyFrom > 0 || bodyFrom + body.size() < bodyBytes; }
};

struct RejectedAnswer {
    QList<RejectedEvent> events; // newest first
    qint64 total = 0;            // in this run of the server, kept or not
    QString epoch;               // of that run
    qint64 sinceMs = 0;          // when it began
    bool isWhole = false;        // replaces what is known; else these are newer
};

// The answer to GET /rejections, whatever the server says: at most kMostRejected events, and of each no more than can
// be looked at. Fault::BadInput when it is no such answer.
inline constexpr qsizetype kMostRejected = 200;
inline constexpr qsizetype kMostRejectedErrors = 20;
inline constexpr qsizetype kMostRejectedBody = 64 * 1024; // bytes
inline constexpr qsizetype kMostRejectedText = 300;       // characters of anything else
Result<RejectedAnswer> readRejected(const QByteArray &json);

} // namespace entvas

Q_DECLARE_METATYPE(entvas::RejectedAnswer)
