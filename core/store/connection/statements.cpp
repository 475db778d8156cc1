#include "core/store/connection/statements.h"

#include <QDir>
#include <QFile>

using namespace Qt::StringLiterals;

namespace entvas {

Statements::Statements(const QString &folder) : m_folder(u":/sql/"_s + folder) {}

Result<QString> Statements::text(const QString &name)
{
    if (const auto known = m_texts.constFind(name); known != m_texts.cend())
        return *known;
    QFile file(m_folder + u'/' + name + u".sql"_s);
    if (!file.open(QIODevice::ReadOnly))
        return {Fault::Internal, u"This program lacks its SQL file %1; install it again."_s.arg(file.fileName())};
    QStringList lines;
    while (!file.atEnd()) {
        const QString line = QString::fromUtf8(file.readLine()).trimmed();
        if (!line.isEmpty() && !line.startsWith("--"_L1))
            lines << line;
    }
    return m_texts.insert(name, lines.join(u'\n')).value();
}

Result<QStringList> Statements::script(const QString &name)
{
    const Result<QString> whole = text(name);
    if (!whole)
        return whole.failure();
    QStringList parts = QString(*whole + u'\n').split(u";\n"_s, Qt::SkipEmptyParts);
    for (QString &part : parts)
        part = part.trimmed();
    parts.removeAll(QString());
    return parts;
}

QStringList Statements::migrations() const
{
    QStringList names = QDir(m_folder).entryList({u"[0-9][0-9][0-9]_*.sql"_s}, QDir::Files, QDir::Name);
    for (QString &name : names)
        name.chop(4);
    return names;
}

} // namespace entvas
