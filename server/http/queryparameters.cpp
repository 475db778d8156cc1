#include "server/http/queryparameters.h"

#include "core/base/jsontext.h"
#include "core/base/text/nearestname.h"

#include <algorithm>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kShownChars = 64; // of a name, in a sentence about it

// "userId" means "user", and "eventType" means "type".
QString meant(const QString &name, const QStringList &known)
{
    if (const QString near = nearestName(name, known); !near.isEmpty())
        return near;
    const auto part = std::find_if(known.cbegin(), known.cend(), [&](const QString &one) {
        return name.startsWith(one, Qt::CaseInsensitive) || name.endsWith(one, Qt::CaseInsensitive);
    });
    return part == known.cend() ? QString() : *part;
}

} // namespace

QueryParameters::QueryParameters(QByteArrayView encoded)
{
    const auto decoded = [this](QByteArrayView part) {
        QByteArray text = part.toByteArray();
        text.replace('+', ' ');
        text = QByteArray::fromPercentEncoding(text);
        m_isUtf8 = m_isUtf8 && text.isValidUtf8();
        return json::fromUtf8(text);
    };
    for (qsizetype at = 0; at <= encoded.size();) {
        qsizetype end = encoded.indexOf('&', at);
        if (end < 0)
            end = encoded.size();
        const QByteArrayView pair = encoded.sliced(at, end - at);
        at = end + 1;
        if (pair.isEmpty())
            continue;
        const qsizetype equals = pair.indexOf('=');
        m_all.append({decoded(equals < 0 ? pair : pair.first(equals)),
                      equals < 0 ? QString() : decoded(pair.sliced(equals + 1))});
    }
}

bool QueryParameters::has(const QString &name) const
{
    return std::any_of(m_all.cbegin(), m_all.cend(), [&](const One &one) { return one.name == name; });
}

QString QueryParameters::value(const QString &name) const
{
    const auto found = std::find_if(m_all.cbegin(), m_all.cend(), [&](const One &one) { return one.name == name; });
    return found == m_all.cend() ? QString() : found->value;
}

Result<void> QueryParameters::check(const QString &path, const QStringList &known) const
{
    if (!m_isUtf8)
        return {Fault::BadInput, u"The parameters in the address are not UTF-8 text"_s};
    for (auto one = m_all.cbegin(); one != m_all.cend(); ++one) {
        const QString &name = one->name;
        if (!known.contains(name)) {
            const QString near = meant(name, known);
            const QString shown = name.left(kShownChars);
            if (known.isEmpty())
                return {Fault::BadInput,
                        u"\""_s + shown + u"\" is no parameter of "_s + path + u", which takes none"_s};
            return {Fault::BadInput, u"\""_s + shown + u"\" is no parameter of "_s + path +
                                         (near.isEmpty() ? QString() : u". Did you mean \""_s + near + u"\"?"_s) +
                                         (near.isEmpty() ? u". It takes: "_s : u" It takes: "_s) + known.join(u", "_s)};
        }
        if (std::any_of(m_all.cbegin(), one, [&](const One &earlier) { return earlier.name == name; }))
            return {Fault::BadInput, u"\""_s + name + u"\" is given more than once"_s};
    }
    return {};
}

} // namespace entvas
