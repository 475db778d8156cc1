#include "core/model/settings.h"

#include <algorithm>
#include <QFile>
#include <QFileInfo>
#include <QStringDecoder>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qint64 kMaxSettingsBytes = 64 * 1024;
constexpr qint64 kMaxSecretBytes = 4 * 1024;

Failure refuse(const QString &text)
{
    return {Fault::Configuration, text};
}

// The whole text of a small regular file.
Result<QString> readText(QFile &file, const QString &what, qint64 maxBytes)
{
    const QFileInfo info(file.fileName());
    if (!info.exists())
        return refuse(u"%1 %2 does not exist"_s.arg(what, file.fileName()));
    if (!info.isFile())
        return refuse(u"%1 %2 is not a regular file"_s.arg(what, file.fileName()));
    if (!file.open(QIODevice::ReadOnly))
        return refuse(u"%1 %2 can't be read: %3"_s.arg(what, file.fileName(), file.errorString()));
    const QByteArray bytes = file.read(maxBytes + 1);
    if (bytes.size() > maxBytes)
        return refuse(u"%1 %2 is larger than %3 bytes"_s.arg(what, file.fileName(), QString::number(maxBytes)));
    QStringDecoder decoder(QStringDecoder::Utf8);
    QString text = decoder(bytes);
    if (decoder.hasError())
        return refuse(u"%1 %2 is not UTF-8 text"_s.arg(what, file.fileName()));
    return text;
}

} // namespace

Result<QMap<QString, QString>> readSettingsFile(const QString &fileName)
{
    QFile file(fileName);
    const auto text = readText(file, u"the configuration file"_s, kMaxSettingsBytes);
    if (!text)
        return text.failure();

    QMap<QString, QString> values;
    int number = 0;
    for (const QString &raw : text->split(u'\n')) {
        const QString line = raw.trimmed();
        const QString where = u"%1 line %2"_s.arg(fileName, QString::number(++number));
        if (line.isEmpty() || line.startsWith(u'#') || line.startsWith(u';'))
            continue;
        if (line.startsWith(u'[')) {
            if (line != u"[entvas]")
                return refuse(u"%1: the heading %2 is not known; only [entvas] is"_s.arg(where, line));
            continue;
        }
        const qsizetype equals = line.indexOf(u'=');
        const QString key = line.left(qMax<qsizetype>(equals, 0)).trimmed();
        if (key.isEmpty())
            return refuse(u"%1: expected a line of the form key = value"_s.arg(where));
        QString value = line.mid(equals + 1).trimmed();
        if (value.size() >= 2 && value.startsWith(u'"') && value.endsWith(u'"'))
            value = value.mid(1, value.size() - 2);
        if (values.contains(key))
            return refuse(u"%1: \"%2\" is set twice"_s.arg(where, key));
        values.insert(key, value);
    }
    return values;
}

bool isOpenToOthers(const QString &fileName)
{
    const QFile::Permissions open =
        QFile::permissions(fileName) & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther);
    if (!open)
        return false;
    // Where engines of containers mount secrets, for that container alone: with the mode they have outside, or 0444.
    if (QFileInfo(fileName).canonicalFilePath().startsWith(u"/run/secrets/"_s))
        return false;
    // root hands a service what it may read through the service's own group (root:entvas 0640), or as systemd does with
    // credentials through an access list, which shows as a right of the group.
    return open != QFile::ReadGroup || QFileInfo(fileName).ownerId() != 0 || ::geteuid() == 0;
}

QString withoutLineEnd(QString text)
{
    while (text.endsWith(u'\n') || text.endsWith(u'\r'))
        text.chop(1);
    return text;
}

bool fitsHeader(const QString &secret)
{
    constexpr qsizetype kMostChars = 512;
    return !secret.isEmpty() && secret.size() <= kMostChars &&
           std::all_of(secret.cbegin(), secret.cend(), [](QChar c) { return c > u' ' && c <= u'~'; });
}

Result<QString> readSecretFile(const QString &fileName)
{
    QFile file(fileName);
    auto text = readText(file, u"the secret file"_s, kMaxSecretBytes);
    if (!text)
        return text;
    if (isOpenToOthers(fileName))
        return refuse(u"the secret file %1 is open to other users; make it private with: chmod 600 %1"_s.arg(fileName));
    if (text->endsWith(u'\n'))
        text->chop(text->endsWith(u"\r\n"_s) ? 2 : 1);
    if (text->isEmpty())
        return refuse(u"the secret file %1 is empty"_s.arg(fileName));
    return text;
}

} // namespace entvas
