#pragma once

#include <QRegularExpression>
#include <QString>
#include <QTimeZone>
#include <utility>

// How Qt 6.4 (Debian 12) and Qt 6.8 (Debian 13) differ for more than one layer. What concerns QHttpServer alone is in
// server/gate/qtcompat.h. Templates, so that core needs none of the modules that this is about.
namespace entvas::qtcompat {

// The signal by which a QWebSocket reports an error; renamed in Qt 6.5.
template <class WebSocket>
constexpr auto webSocketError()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    return &WebSocket::errorOccurred;
#else
    using Error = decltype(std::declval<const WebSocket &>().error());
    return static_cast<void (WebSocket::*)(Error)>(&WebSocket::error);
#endif
}

// Makes a QDateTimeEdit hold times as they are typed, without the gaps that a zone's changed clocks leave;
// setTimeZone() came with Qt 6.7.
template <class DateTimeEdit>
void setUtc(DateTimeEdit *edit)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 7, 0)
    edit->setTimeZone(QTimeZone::utc());
#else
    edit->setTimeSpec(Qt::UTC);
#endif
}

// The HTTP status of an upgrade that the server refused, 0 when there was none. QWebSocket gives it in its error text
// only; since Qt 6.7 it looks into a 401 itself, and says which challenge it can't answer.
inline int upgradeStatus(const QString &errorText)
{
    static const QRegularExpression number(QStringLiteral("status code: (\\d{3})"));
    if (const auto match = number.match(errorText); match.hasMatch())
        return match.capturedView(1).toInt();
    const bool isChallenge = errorText.contains(QLatin1String("WWW-Authenticate")) ||
                             errorText.contains(QLatin1String("requires authentication"));
    return isChallenge ? 401 : 0;
}

} // namespace entvas::qtcompat
