#pragma once

#include <QList>
#include <QSslError>
#include <QString>

namespace entvas {

// Why a server's certificate is not trusted, in one sentence for people; empty for no errors. The error that explains
// most comes first: a certificate of a stranger's may be out of date too.
QString tlsTrouble(const QList<QSslError> &errors, const QString &host);

} // namespace entvas
