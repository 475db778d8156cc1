#include "app/process/trust.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslConfiguration>

using namespace Qt::StringLiterals;

namespace entvas {

Result<void> trustAuthorities(const QString &pemFile)
{
    constexpr qint64 kMaxBytes = 1024 * 1024;
    if (pemFile.isEmpty())
        return {};
    const QString setting = u"tls-ca (TLS_CA_FILE)"_s;
    QFile file(pemFile);
    if (!file.open(QIODevice::ReadOnly))
        return {Fault::Configuration, u"%1: %2 can't be read: %3"_s.arg(setting, pemFile, file.errorString())};
    const QList<QSslCertificate> further = QSslCertificate::fromData(file.read(kMaxBytes), QSsl::Pem);
    if (further.isEmpty())
        return {Fault::Configuration, u"%1: %2 holds no certificate in PEM form"_s.arg(setting, pemFile)};
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    // Named outright: with a list of one's own Qt does not load those of the system on demand any more.
    configuration.setCaCertificates(QSslConfiguration::systemCaCertificates() + further);
    QSslConfiguration::setDefaultConfiguration(configuration);
    return {};
}

} // namespace entvas
