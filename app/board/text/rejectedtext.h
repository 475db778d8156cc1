#pragma once

#include "app/feed/rejectedevent.h"

#include <optional>
#include <QStringList>

// What a rejected event says to a person: why, where, and how it is put right. Pure; plain text only.
namespace entvas {

// Bytes as they can be looked at: control characters as their pictures (U+2400 …), what is no UTF-8 as ⟨FF⟩, marks that
// can't be seen or that turn the direction of writing as ⟨U+202E⟩. A line break is shown and breaks the line.
struct VisibleText {
    QString text;
    QList<int> starts; // of each byte of the body: where its character is in the text; one more for the end
};
VisibleText visibleText(QByteArrayView body);

// A part of a body, in bytes.
struct BodyPart {
    qsizetype from = 0;
    qsizetype length = 0;
    bool operator==(const BodyPart &) const = default;
};
// The value at a path of keys and indexes, in text that may be cut off or no JSON at all; the last one where a key is
// repeated. `key`: the key itself in place of its value.
std::optional<BodyPart> locate(QByteArrayView json, const QVariantList &path, bool key = false);
// Where an error is in what is kept of the body; nothing where it is about what is missing or left out.
std::optional<BodyPart> faultyPart(const RejectedEvent &event, const FieldError &error);

QString eventTypeOf(const RejectedEvent &event); // empty when it can't be read
QString keyNameOf(const RejectedEvent &event);   // the key's name, else its id
QString reasonOf(const FieldError &error);       // a few words
QString reasonOf(const RejectedEvent &event);    // of the first error, and how many there are
QString placeOf(const RejectedEvent &event);     // "line 7", "event 4 of an array"; empty for a single event
QString bodySizeOf(const RejectedEvent &event);  // "1.2 KB", "the first 8 KB of 2 MB"
QString remedyFor(const FieldError &error);      // what to fix, one or two sentences
QString exampleFor(const FieldError &error);     // the right form; may be empty
QString rejectedAsCurl(const RejectedEvent &event, const QString &webhook, const QString &key); // empty when cut

} // namespace entvas
