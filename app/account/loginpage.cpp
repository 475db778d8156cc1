#include "app/account/loginpage.h"

#include <QCryptographicHash>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// The browser is no part of the desk: these are the values of its light and dark look, written out once more.
constexpr char kStyle[] = R"(
:root{color-scheme:light dark;--ground:#f5f6f8;--card:#fff;--line:#e3e6eb;--text:#15181d;--second:#5a6270;--good:#12805c;--bad:#c0362c;--on:#fff}
@media(prefers-color-scheme:dark){:root{--ground:#0e1116;--card:#161a21;--line:#2a303a;--text:#e8eaee;--second:#9aa3b2;--good:#3fbf8f;--bad:#ff7b6e;--on:#0e1116}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;padding:24px;background:var(--ground);color:var(--text);
font:16px/1.5 Inter,system-ui,-apple-system,"Segoe UI",sans-serif;-webkit-font-smoothing:antialiased}
main{width:100%;max-width:460px;padding:40px 40px 34px;background:var(--card);border:1px solid var(--line);border-radius:14px}
.mark{width:44px;height:44px;border-radius:50%;display:flex;align-items:center;justify-content:center;background:var(--good)}
.bad .mark{background:var(--bad)}
.mark svg{width:22px;height:22px;fill:none;stroke:var(--on);stroke-width:2.5;stroke-linecap:round;stroke-linejoin:round}
h1{margin:22px 0 6px;font-size:24px;line-height:1.25;font-weight:600;letter-spacing:-.01em}
p{margin:0;color:var(--second);overflow-wrap:anywhere}
footer{margin-top:28px;padding-top:16px;border-top:1px solid var(--line);color:var(--second);font-size:13px;font-weight:600}
)";

QByteArray reasonOf(int status)
{
    switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 410: return "Gone";
    default: return "Error";
    }
}

QByteArray head(const QByteArray &status)
{
    return "HTTP/1.1 " + status +
           "\r\nConnection: close\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
           "X-Content-Type-Options: nosniff\r\n";
}

} // namespace

QByteArray loginAnswer(const LoginPage &page, int status)
{
    const QString mark = page.isGood ? u"<path d='M5 12.5l4.5 4.5L19 7.5'/>"_s : u"<path d='M7 7l10 10M17 7L7 17'/>"_s;
    const QString language = QLocale().bcp47Name().toHtmlEscaped();
    const QString html =
        u"<!doctype html><html lang=\"%1\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>%2 · Entvas</title>"
        "<style>%3</style></head><body><main class=\"%4\"><div class=\"mark\"><svg viewBox=\"0 0 24 24\" "
        "aria-hidden=\"true\">%5</svg></div><h1>%2</h1><p>%6</p><footer>Entvas</footer></main></body></html>"_s.arg(
            language, page.headline.toHtmlEscaped(), QString::fromLatin1(kStyle), page.isGood ? u"good"_s : u"bad"_s,
            mark, page.text.toHtmlEscaped());
    const QByteArray body = html.toUtf8();
    const QByteArray style = QCryptographicHash::hash(kStyle, QCryptographicHash::Sha256).toBase64();
    return head(QByteArray::number(status) + ' ' + reasonOf(status)) +
           "Content-Type: text/html; charset=utf-8\r\nContent-Security-Policy: default-src 'none'; style-src 'sha256-" +
           style + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n" +
           (status == 405 ? "Allow: GET\r\n" : "") + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" +
           body;
}

QByteArray loginRedirect(const QByteArray &path)
{
    return head("303 See Other") + "Location: " + path + "\r\nContent-Length: 0\r\n\r\n";
}

} // namespace entvas
