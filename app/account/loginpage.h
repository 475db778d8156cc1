#pragma once

#include <QByteArray>
#include <QString>

namespace entvas {

// What a browser shows when it comes back from a login: one page without scripts, without anything from elsewhere and
// without anything of the address that it was called by.
struct LoginPage {
    bool isGood = false;
    QString headline;
    QString text;
};

// A whole HTTP answer with it, which is never kept and never framed.
QByteArray loginAnswer(const LoginPage &page, int status);
// Sends the browser on to `path` of the same address, so that its address line and history hold no code.
QByteArray loginRedirect(const QByteArray &path);

} // namespace entvas
