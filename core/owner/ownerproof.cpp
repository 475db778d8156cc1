#include "core/owner/ownerproof.h"

#include "core/base/randombytes.h"
#include "core/model/directory.h"

#include <algorithm>
#include <QCryptographicHash>
#include <QMessageAuthenticationCode>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr QByteArrayView kScheme("entvas-owner ");
constexpr qsizetype kNonceBytes = 16;
constexpr qsizetype kProofBytes = 32;

// Each part with its length before it: no two lists of parts have the same code.
QByteArray codeOf(const QByteArray &secret, const QByteArrayList &parts)
{
    QMessageAuthenticationCode code(QCryptographicHash::Sha256, secret);
    for (const QByteArray &part : parts) {
        code.addData(QByteArray::number(part.size()) + ':');
        code.addData(part);
    }
    return code.result().toHex();
}

QByteArray requestProof(const QByteArray &secret, const QByteArray &nonce, const QString &user,
                        const OwnerRequest &request)
{
    QByteArrayList parts{"entvas-owner-1 request", nonce, user.toUtf8(), request.method, request.path.toUtf8()};
    for (const auto &[name, value] : request.parameters)
        parts << name.toUtf8() << value.toUtf8();
    return codeOf(secret, parts << "body" << request.body);
}

bool isHexOf(QByteArrayView text, qsizetype bytes)
{
    return text.size() == 2 * bytes && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

} // namespace

QByteArray ownerAuthorization(const QByteArray &secret, const QString &user, const OwnerRequest &request)
{
    const QByteArray nonce = randomBytes(kNonceBytes).toHex();
    return "Entvas-Owner " + nonce + '.' +
           user.toUtf8().toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals) + '.' +
           requestProof(secret, nonce, user, request);
}

bool isOwnerAuthorization(QByteArrayView header)
{
    return header.size() >= kScheme.size() && header.first(kScheme.size()).compare(kScheme, Qt::CaseInsensitive) == 0;
}

std::optional<OwnerClaim> readOwnerAuthorization(QByteArrayView header)
{
    if (!isOwnerAuthorization(header))
        return {};
    const QByteArrayList parts = header.sliced(kScheme.size()).toByteArray().trimmed().split('.');
    if (parts.size() != 3 || !isHexOf(parts[0], kNonceBytes) || !isHexOf(parts[2], kProofBytes))
        return {};
    const auto user = QByteArray::fromBase64Encoding(parts[1], QByteArray::Base64UrlEncoding |
                                                                   QByteArray::AbortOnBase64DecodingErrors);
    const QString name = QString::fromUtf8(user.decoded);
    if (!user || name.isEmpty() || !isPlainText(name, kMaxUserChars) || name.toUtf8() != user.decoded)
        return {};
    return OwnerClaim{parts[0], name, parts[2]};
}

bool isProven(const OwnerClaim &claim, const QByteArray &secret, const OwnerRequest &request)
{
    return isSame(claim.proof, requestProof(secret, claim.nonce, claim.user, request));
}

QByteArray ownerAnswerProof(const QByteArray &secret, const QByteArray &nonce, int status, const QByteArray &body)
{
    return codeOf(secret, {"entvas-owner-1 answer", nonce, QByteArray::number(status), body});
}

bool isSame(QByteArrayView a, QByteArrayView b)
{
    if (a.size() != b.size())
        return false;
    uchar difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference = uchar(difference | (uchar(a[i]) ^ uchar(b[i])));
    return difference == 0;
}

} // namespace entvas
