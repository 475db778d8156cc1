#include "core/base/zone.h"

#include <algorithm>
#include <QFile>
#include <QFileInfo>

namespace entvas {

namespace {

constexpr qsizetype kLongestName = 256;

// The name of the zone that a zone file or a link to one is about; empty where its place does not say.
QByteArray nameOfFile(const QByteArray &path)
{
    const QByteArray file = QFile::encodeName(QFileInfo(QFile::decodeName(path)).canonicalFilePath());
    constexpr QByteArrayView kFolder("/zoneinfo/");
    const qsizetype at = file.lastIndexOf(kFolder);
    if (at < 0)
        return {};
    QByteArray name = file.mid(at + kFolder.size());
    for (const QByteArrayView variant : {QByteArrayView("posix/"), QByteArrayView("right/")})
        if (name.startsWith(variant))
            name.remove(0, variant.size());
    return name;
}

QTimeZone zoneNamed(const QByteArray &name)
{
    if (name.isEmpty() || name.size() > kLongestName)
        return {};
    const QTimeZone zone(name);
    // A rule such as CET-1CEST has no entry in the list; what else has none, Qt may take for a rule without an offset.
    const bool isKnown = QTimeZone::isTimeZoneIdAvailable(name);
    return zone.isValid() &&
                   (isKnown || std::any_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }))
               ? zone
               : QTimeZone();
}

QTimeZone machineZone()
{
    if (const QTimeZone zone = zoneNamed(nameOfFile("/etc/localtime")); zone.isValid())
        return zone;
    QFile file(QStringLiteral("/etc/timezone"));
    if (file.open(QIODevice::ReadOnly))
        if (const QTimeZone zone = zoneNamed(file.read(kLongestName).trimmed()); zone.isValid())
            return zone;
    return QTimeZone::utc();
}

} // namespace

SystemZone systemZone(const QByteArray &tz)
{
    QByteArray name = tz.trimmed();
    if (name.startsWith(':'))
        name = name.mid(1).trimmed();
    if (name.isEmpty()) {
        const QTimeZone zone = tz.isEmpty() ? QTimeZone::systemTimeZone() : QTimeZone();
        return {zone.isValid() ? zone : machineZone(), {}};
    }
    const QTimeZone zone = zoneNamed(name.startsWith('/') ? nameOfFile(name) : name);
    if (zone.isValid())
        return {zone, {}};
    return {machineZone(), tz.left(kLongestName)};
}

QTimeZone validZone(const QTimeZone &zone)
{
    return zone.isValid() ? zone : systemZone().zone;
}

} // namespace entvas
