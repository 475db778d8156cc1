#pragma once

#include "core/base/result.h"

#include <QDateTime>
#include <QSslConfiguration>
#include <QSslSocket>

namespace entvas {

// What a server shows and speaks on https and wss.
struct TlsIdentity {
    QSslConfiguration configuration; // TLS 1.2 and newer, forward secret and authenticated ciphers only
    QDateTime expires;               // of the certificate itself; those of its authorities are not looked at
    QString subject;                 // for logs
};

// Reads a certificate (PEM, its chain behind it) and its private key (PEM, RSA of 2048 bits or more, or EC). Refused
// with Fault::Configuration, naming setting and file: what can't be read, a certificate that has expired or is not
// valid yet, a key that belongs to another one, that needs a passphrase, or that others may read. The key's file must
// be private to its owner; one that belongs to root, and not to us, may be readable by a group, which is how services
// are given keys.
Result<TlsIdentity> loadTls(const QString &certificateFile, const QString &keyFile, const QDateTime &now);

// A server's end of a TLS connection. What it has not sent counts whole: Qt's own bytesToWrite() forgets what is
// encrypted already, so that a reader that takes nothing would seem to be up to date.
class TlsSocket final : public QSslSocket
{
    Q_OBJECT
public:
    using QSslSocket::QSslSocket;
    qint64 bytesToWrite() const override { return QSslSocket::bytesToWrite() + encryptedBytesToWrite(); }
};

} // namespace entvas
