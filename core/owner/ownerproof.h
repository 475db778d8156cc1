#pragma once

#include <optional>
#include <QByteArray>
#include <QList>
#include <QString>

namespace entvas {

// How the two ends of a request over loopback prove to each other that they have read the same owner file, without
// sending what stands in it: a program that listens on the port of a killed server learns nothing, and can answer
// nothing that a command believes. HMAC-SHA256 over all that matters of a request, and of its answer.

// In the header Authorization: "Entvas-Owner <nonce>.<user>.<proof>".
struct OwnerClaim {
    QByteArray nonce; // 32 hexadecimal digits, anew for each request
    QString user;     // of this system, for the audit log
    QByteArray proof; // 64 hexadecimal digits
};
inline constexpr qsizetype kMaxUserChars = 64;

// What a claim is about. Parameters in their order, decoded.
struct OwnerRequest {
    QByteArray method;
    QString path;
    QList<std::pair<QString, QString>> parameters;
    QByteArray body;
};

QByteArray ownerAuthorization(const QByteArray &secret, const QString &user, const OwnerRequest &request);
// True for a header that begins like one, whole or not.
bool isOwnerAuthorization(QByteArrayView header);
std::optional<OwnerClaim> readOwnerAuthorization(QByteArrayView header);
// In constant time.
bool isProven(const OwnerClaim &claim, const QByteArray &secret, const OwnerRequest &request);

// The header Entvas-Owner of the answer, and whether it is the one that this request must have.
QByteArray ownerAnswerProof(const QByteArray &secret, const QByteArray &nonce, int status, const QByteArray &body);
bool isSame(QByteArrayView a, QByteArrayView b); // in constant time

} // namespace entvas
