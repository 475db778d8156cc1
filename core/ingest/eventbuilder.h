#pragma once

#include "core/ingest/metadatawriter.h"

namespace entvas {

// Collects the fields of one event after another, checks each as it comes, and keeps every error.
class EventBuilder
{
public:
    // In the order in which errors are reported.
    enum Field { EventType, UserId, Timestamp, Metadata, Id, Unknown };

    explicit EventBuilder(const ParseRules &rules) : m_rules(rules), m_metadata(rules) {}

    void begin();
    // The event as a whole is none.
    void reject(const QString &message, const QString &type);
    void beginField(QByteArrayView name);
    bool isMetadata() const { return m_field == Metadata; }
    // The current field's value is a string; not for metadata.
    void setText(QByteArrayView utf8);
    // The current field's value has a kind that the field can't have.
    void rejectKind();
    // While the current field is a metadata object; then endMetadata().
    MetadataWriter &metadata() { return m_metadata; }
    void endMetadata();
    // The event was an object and has ended: what is missing?
    void complete();
    ParsedEvent take();

private:
    QString checked(const QString &text, int maxChars);
    void setEventType(const QString &text);
    void setTimestamp(QByteArrayView text);
    void fault(const QString &field, const QString &message, const QString &type, Field order);
    void addError(const FieldError &error, Field order);

    const ParseRules &m_rules;
    ParsedEvent m_event;
    MetadataWriter m_metadata;
    std::vector<std::pair<Field, FieldError>> m_errors; // of the current event
    qsizetype m_errorCount = 0;                         // of all events
    Field m_field = Unknown;
    unsigned m_seen = 0; // one bit per field
};

} // namespace entvas
