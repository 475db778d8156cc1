#include "core/tls/tls.h"

#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <QFile>
#include <QFileInfo>
#include <QSslCertificate>
#include <QSslCipher>
#include <QSslKey>
#include <sys/stat.h>
#include <unistd.h>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kMaxPemBytes = 256 * 1024;
constexpr int kMinRsaBits = 2'048;

template <auto function>
struct Free {
    template <class T>
    void operator()(T *what) const
    {
        function(what);
    }
};
using BioPtr = std::unique_ptr<BIO, Free<BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Free<X509_free>>;

Failure wrong(const QString &text)
{
    return {Fault::Configuration, text};
}

// A file of PEM text, open so that what is looked at is what is read.
Result<QByteArray> readPem(QFile &file, const QString &setting)
{
    const QString where = u"%1: %2"_s.arg(setting, file.fileName());
    if (QFileInfo(file.fileName()).isDir() || !file.open(QIODevice::ReadOnly))
        return wrong(u"%1 can't be read: %2"_s.arg(where, file.error() == QFile::NoError ? u"it is a folder"_s
                                                                                         : file.errorString()));
    const QByteArray bytes = file.read(kMaxPemBytes + 1);
    if (bytes.size() > kMaxPemBytes)
        return wrong(u"%1 is larger than %2 bytes"_s.arg(where, QString::number(kMaxPemBytes)));
    return bytes;
}

bool isPrivate(const QFile &file)
{
    struct stat info = {};
    if (::fstat(file.handle(), &info) != 0)
        return false;
    const bool isHandedToUs = info.st_uid == 0 && ::geteuid() != 0;
    const mode_t others = isHandedToUs ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
    return (info.st_mode & others) == 0;
}

int noPassphrase(char *, int, int, void *)
{
    return 0;
}

KeyPtr parseKey(const QByteArray &pem)
{
    const BioPtr bio(BIO_new_mem_buf(pem.constData(), int(pem.size())));
    return KeyPtr(PEM_read_bio_PrivateKey(bio.get(), nullptr, noPassphrase, nullptr));
}

CertificatePtr parseCertificate(const QByteArray &der)
{
    const auto *at = reinterpret_cast<const unsigned char *>(der.constData());
    return CertificatePtr(d2i_X509(nullptr, &at, long(der.size())));
}

// Those that keep past connections secret when the key is lost later, and that notice changes as they decrypt.
QList<QSslCipher> goodCiphers()
{
    QList<QSslCipher> good;
    for (const QSslCipher &cipher : QSslConfiguration::supportedCiphers()) {
        const QString name = cipher.name();
        const bool isNew = name.startsWith(u"TLS_"_s); // TLS 1.3 has no others
        const bool isSealed = name.contains(u"-GCM-"_s) || name.contains(u"CHACHA20"_s);
        if (isNew || (name.startsWith(u"ECDHE-"_s) && isSealed))
            good.append(cipher);
    }
    return good;
}

QSslConfiguration configurationFor(const QList<QSslCertificate> &chain, const QSslKey &key)
{
    QSslConfiguration made = QSslConfiguration::defaultConfiguration();
    made.setCaCertificates({}); // no client is asked for one, and each connection would load all of the system's
    made.setPeerVerifyMode(QSslSocket::VerifyNone);
    made.setProtocol(QSsl::TlsV1_2OrLater);
    made.setCiphers(goodCiphers());
    made.setAllowedNextProtocols({QByteArrayLiteral("http/1.1")});
    // Qt makes a context for each connection: no ticket could ever be used again.
    made.setSslOption(QSsl::SslOptionDisableSessionTickets, true);
    made.setLocalCertificateChain(chain);
    made.setPrivateKey(key);
    return made;
}

QString subjectOf(const QSslCertificate &certificate)
{
    const QStringList names = certificate.subjectAlternativeNames().values(QSsl::DnsEntry);
    return names.isEmpty() ? certificate.subjectDisplayName() : names.join(u", "_s);
}

} // namespace

Result<TlsIdentity> loadTls(const QString &certificateFile, const QString &keyFile, const QDateTime &now)
{
    const QString certificateSetting = u"tls-cert (TLS_CERT_FILE)"_s;
    const QString keySetting = u"tls-key (TLS_KEY_FILE)"_s;
    if (!QSslSocket::supportsSsl())
        return wrong(u"%1: Qt finds no TLS library (OpenSSL 3)"_s.arg(certificateSetting));
    QFile certificates(certificateFile);
    const auto chainText = readPem(certificates, certificateSetting);
    if (!chainText)
        return chainText.failure();
    const QList<QSslCertificate> chain = QSslCertificate::fromData(chainText.value(), QSsl::Pem);
    if (chain.isEmpty() || chain.first().isNull())
        return wrong(u"%1: %2 holds no certificate in PEM form"_s.arg(certificateSetting, certificateFile));
    const QSslCertificate &own = chain.first();
    if (now < own.effectiveDate())
        return wrong(
            u"%1: the certificate in %2 is not valid before %3; look at this machine's clock, or use another"_s.arg(
                certificateSetting, certificateFile, own.effectiveDate().toUTC().toString(Qt::ISODate)));
    if (now >= own.expiryDate())
        return wrong(u"%1: the certificate in %2 expired on %3; renew it"_s.arg(
            certificateSetting, certificateFile, own.expiryDate().toUTC().toString(Qt::ISODate)));

    QFile keys(keyFile);
    auto keyText = readPem(keys, keySetting);
    if (!keyText)
        return keyText.failure();
    if (!isPrivate(keys))
        return wrong(u"%1: %2 is open to other users; make it private with: chmod 600 %2"_s.arg(keySetting, keyFile));
    if (keyText->contains("ENCRYPTED"))
        return wrong(u"%1: the key in %2 has a passphrase, which nobody could type; take it off with: openssl pkey -in "
                     "OLD -out NEW"_s.arg(keySetting, keyFile));
    const KeyPtr key = parseKey(keyText.value());
    if (!key)
        return wrong(u"%1: %2 holds no private key in PEM form"_s.arg(keySetting, keyFile));
    const int kind = EVP_PKEY_get_base_id(key.get());
    if (kind != EVP_PKEY_RSA && kind != EVP_PKEY_EC)
        return wrong(u"%1: the key in %2 is neither RSA nor EC"_s.arg(keySetting, keyFile));
    if (kind == EVP_PKEY_RSA && EVP_PKEY_get_bits(key.get()) < kMinRsaBits)
        return wrong(u"%1: the RSA key in %2 has fewer than %3 bits; make a larger one"_s.arg(
            keySetting, keyFile, QString::number(kMinRsaBits)));
    const CertificatePtr certificate = parseCertificate(own.toDer());
    if (!certificate || X509_check_private_key(certificate.get(), key.get()) != 1)
        return wrong(
            u"%1: the key in %2 does not belong to the certificate in %3"_s.arg(keySetting, keyFile, certificateFile));
    const QSslKey ours(keyText.value(), kind == EVP_PKEY_RSA ? QSsl::Rsa : QSsl::Ec);
    keyText->fill('\0');
    if (ours.isNull())
        return wrong(u"%1: Qt can't use the key in %2"_s.arg(keySetting, keyFile));
    return TlsIdentity{configurationFor(chain, ours), own.expiryDate(), subjectOf(own)};
}

} // namespace entvas
