#include "app/feed/reasons.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace entvas {

using namespace Qt::StringLiterals;

QString reasonIn(const QByteArray &body)
{
    return QJsonDocument::fromJson(body).object().value("message"_L1).toString().left(kMaxReasonChars);
}

} // namespace entvas
