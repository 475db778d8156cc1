#pragma once

#include <memory>
#include <QByteArray>
#include <QStringList>

struct evp_pkey_st;
struct x509_st;

namespace entvas::test {

// A certification authority of a test's own, made by OpenSSL, and the certificates it signs. Ends the test program when
// OpenSSL does not do as it is told.
class TestAuthority
{
public:
    TestAuthority();
    ~TestAuthority();

    QByteArray certificate() const; // its own, PEM

    struct Wish {
        QStringList names{QStringLiteral("localhost")};
        QStringList addresses{QStringLiteral("127.0.0.1"), QStringLiteral("::1")};
        int fromDays = -1; // from now
        int toDays = 60;
        enum class Kind { Ec, Rsa, Ed25519 } kind = Kind::Ec;
        int rsaBits = 2'048;
    };
    struct Pair {
        QByteArray certificate; // PEM, the authority's behind it
        QByteArray key;         // PEM
    };
    Pair issue(const Wish &wish) const;
    Pair issue() const { return issue(Wish()); }
    // The same key behind a passphrase.
    static QByteArray encrypted(const QByteArray &keyPem, const QByteArray &passphrase);

private:
    std::shared_ptr<evp_pkey_st> m_key;
    std::shared_ptr<x509_st> m_certificate;
};

// Writes a file of mode 0600, or as told. Returns its name.
QString writeFile(const QString &fileName, const QByteArray &content, unsigned mode = 0600);

} // namespace entvas::test
