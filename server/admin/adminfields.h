#pragma once

#include "core/base/result.h"
#include "core/model/directory.h"

#include <optional>
#include <QJsonObject>
#include <QSet>

namespace entvas {

// The fields of an administrative request: a JSON object in its body. Each is asked for by name; what is missing, of
// the wrong kind or not known is told by end(), all at once.
class AdminFields
{
public:
    // Fault::BadInput or TooLarge when the body is no JSON object of at most `maxBytes`.
    static Result<AdminFields> read(const QByteArray &body, qsizetype maxBytes);

    QString text(const QString &name);                         // required
    QString textOr(const QString &name, const QString &other); // where it is absent or null
    KeyRole role();                                            // "role", required
    qint64 number(const QString &name, qint64 least, qint64 most, std::optional<qint64> other = {}); // whole
    Result<void> end() const;

private:
    explicit AdminFields(QJsonObject fields) : m_fields(std::move(fields)) {}
    QJsonValue take(const QString &name);

    QJsonObject m_fields;
    QSet<QString> m_known;
    QStringList m_wrong; // sentences
};

} // namespace entvas
