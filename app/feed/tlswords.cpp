#include "app/feed/tlswords.h"

#include <QCoreApplication>
#include <QLocale>
#include <QSslCertificate>

#include <algorithm>

namespace entvas {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(entvas::Tls)
};

int weight(QSslError::SslError error)
{
    switch (error) {
    case QSslError::CertificateRevoked: return 0;
    case QSslError::HostNameMismatch: return 1;
    case QSslError::CertificateExpired: return 2;
    case QSslError::CertificateNotYetValid: return 3;
    case QSslError::SelfSignedCertificate: return 4;
    case QSslError::SelfSignedCertificateInChain: return 5;
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted: return 6;
    default: return 7;
    }
}

} // namespace

QString tlsTrouble(const QList<QSslError> &errors, const QString &host)
{
    if (errors.isEmpty())
        return {};
    const QSslError worst = *std::min_element(errors.begin(), errors.end(), [](const QSslError &a, const QSslError &b) {
        return weight(a.error()) < weight(b.error());
    });
    const QSslCertificate certificate = worst.certificate();
    const auto day = [](const QDateTime &when) { return QLocale().toString(when.date(), QLocale::ShortFormat); };
    switch (worst.error()) {
    case QSslError::CertificateRevoked: return Words::tr("The certificate of %1 was revoked by its issuer.").arg(host);
    case QSslError::HostNameMismatch: {
        const QStringList names = certificate.subjectAlternativeNames().values();
        const QString name =
            names.isEmpty() ? certificate.subjectInfo(QSslCertificate::CommonName).value(0) : names.first();
        return Words::tr("The certificate is issued for %1, not for %2.").arg(name.left(100), host);
    }
    case QSslError::CertificateExpired:
        return Words::tr("The certificate of %1 expired on %2.").arg(host, day(certificate.expiryDate()));
    case QSslError::CertificateNotYetValid:
        return Words::tr("The certificate of %1 is not valid before %2: check the clock of this computer.")
            .arg(host, day(certificate.effectiveDate()));
    case QSslError::SelfSignedCertificate:
        return Words::tr("The certificate of %1 is self-signed and not trusted by this computer.").arg(host);
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
        return Words::tr("The certificate of %1 was issued by an authority that this computer does not trust.")
            .arg(host);
    default: return Words::tr("The certificate of %1 is not trusted: %2.").arg(host, worst.errorString().left(200));
    }
}

} // namespace entvas
