#include "core/base/text/terminaltext.h"

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// What can start a line, move the cursor, or turn the text around. Joiners are part of Persian and of emoji.
bool isObeyed(char32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 ||
           (QChar::category(c) == QChar::Other_Format && c != 0x200c && c != 0x200d);
}

void appendEscape(QString &to, char16_t unit)
{
    to += u"\\u%1"_s.arg(uint(unit), 4, 16, QChar(u'0'));
}

} // namespace

QString terminalText(const QString &text)
{
    QString safe;
    safe.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        const bool isPair = c.isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate();
        const char32_t whole = isPair ? QChar::surrogateToUcs4(c, text[i + 1]) : char32_t(c.unicode());
        if (c == u'\n')
            safe += u"\\n"_s;
        else if (c == u'\t')
            safe += u"\\t"_s;
        else if (isObeyed(whole)) {
            appendEscape(safe, c.unicode());
            if (isPair)
                appendEscape(safe, text[++i].unicode());
        } else {
            safe += c;
            if (isPair)
                safe += text[++i];
        }
    }
    return safe;
}

QByteArray terminalJson(const QByteArray &json)
{
    // Qt escapes what JSON demands. The rest stands in strings only, where an escape means the same.
    return terminalText(QString::fromUtf8(json)).toUtf8();
}

} // namespace entvas
