#include "tests/support/testauthority.h"

#include "tests/support/demand.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <QFile>
#include <sys/stat.h>

using namespace Qt::StringLiterals;

namespace entvas::test {

namespace {

std::shared_ptr<EVP_PKEY> makeKey(const TestAuthority::Wish &wish)
{
    EVP_PKEY *made = nullptr;
    switch (wish.kind) {
    case TestAuthority::Wish::Kind::Ec: made = EVP_EC_gen("P-256"); break;
    case TestAuthority::Wish::Kind::Rsa: made = EVP_RSA_gen(unsigned(wish.rsaBits)); break;
    case TestAuthority::Wish::Kind::Ed25519: made = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"); break;
    }
    demand(made, "make a key");
    return {made, EVP_PKEY_free};
}

void addExtension(X509 *certificate, X509 *issuer, int kind, const QByteArray &value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION *made = X509V3_EXT_conf_nid(nullptr, &context, kind, value.constData());
    demand(made && X509_add_ext(certificate, made, -1) == 1, "add an extension");
    X509_EXTENSION_free(made);
}

std::shared_ptr<X509> makeCertificate(EVP_PKEY *key, const QByteArray &name, int fromDays, int toDays)
{
    const std::shared_ptr<X509> made(X509_new(), X509_free);
    demand(X509_set_version(made.get(), X509_VERSION_3) == 1, "make a certificate");
    quint32 serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char *>(&serial), sizeof serial);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), long(serial >> 1));
    constexpr long kDay = 86'400;
    X509_gmtime_adj(X509_getm_notBefore(made.get()), fromDays * kDay);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), toDays * kDay);
    X509_set_pubkey(made.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char *>(name.constData()), -1, -1, 0);
    return made;
}

template <class Write>
QByteArray pem(Write write)
{
    BIO *bio = BIO_new(BIO_s_mem());
    demand(write(bio) == 1, "write PEM");
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    const QByteArray text(data, size);
    BIO_free(bio);
    return text;
}

QByteArray pemOf(X509 *certificate)
{
    return pem([=](BIO *bio) { return PEM_write_bio_X509(bio, certificate); });
}

} // namespace

TestAuthority::TestAuthority()
{
    m_key = makeKey({});
    m_certificate = makeCertificate(m_key.get(), "Entvas test authority", -1, 365);
    X509 *own = m_certificate.get();
    X509_set_issuer_name(own, X509_get_subject_name(own));
    addExtension(own, own, NID_basic_constraints, "critical,CA:TRUE");
    addExtension(own, own, NID_key_usage, "critical,keyCertSign,cRLSign");
    addExtension(own, own, NID_subject_key_identifier, "hash");
    demand(X509_sign(own, m_key.get(), EVP_sha256()) > 0, "sign the authority");
}

TestAuthority::~TestAuthority() = default;

QByteArray TestAuthority::certificate() const
{
    return pemOf(m_certificate.get());
}

TestAuthority::Pair TestAuthority::issue(const Wish &wish) const
{
    const auto key = makeKey(wish);
    const auto made = makeCertificate(key.get(), wish.names.value(0).toUtf8(), wish.fromDays, wish.toDays);
    X509_set_issuer_name(made.get(), X509_get_subject_name(m_certificate.get()));
    QByteArrayList names;
    for (const QString &name : wish.names)
        names.append("DNS:" + name.toUtf8());
    for (const QString &address : wish.addresses)
        names.append("IP:" + address.toUtf8());
    addExtension(made.get(), m_certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
    addExtension(made.get(), m_certificate.get(), NID_ext_key_usage, "serverAuth");
    addExtension(made.get(), m_certificate.get(), NID_subject_alt_name, names.join(','));
    demand(X509_sign(made.get(), m_key.get(), EVP_sha256()) > 0, "sign a certificate");
    Pair pair;
    pair.certificate = pemOf(made.get()) + certificate();
    pair.key = pem(
        [&](BIO *bio) { return PEM_write_bio_PKCS8PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
    return pair;
}

QByteArray TestAuthority::encrypted(const QByteArray &keyPem, const QByteArray &passphrase)
{
    BIO *bio = BIO_new_mem_buf(keyPem.constData(), int(keyPem.size()));
    const std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr), EVP_PKEY_free);
    BIO_free(bio);
    return pem([&](BIO *out) {
        return PEM_write_bio_PKCS8PrivateKey(out, key.get(), EVP_aes_256_cbc(), passphrase.constData(),
                                             int(passphrase.size()), nullptr, nullptr);
    });
}

QString writeFile(const QString &fileName, const QByteArray &content, unsigned mode)
{
    QFile file(fileName);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(content) != content.size())
        qFatal("can't write %s", qPrintable(fileName));
    ::fchmod(file.handle(), mode_t(mode));
    return fileName;
}

} // namespace entvas::test
