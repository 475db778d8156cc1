#include "app/board/text/exporttext.h"

#include "app/board/text/choicetext.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

QString isoIn(const QTimeZone &zone, qint64 ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms, zone)
        .toOffsetFromUtc(zone.offsetFromUtc(QDateTime::fromMSecsSinceEpoch(ms, zone)))
        .toString(Qt::ISODate);
}

QTimeZone zoneOf(const BoardFrame &frame)
{
    return frame.isCutInUtc ? QTimeZone::utc() : frame.zone;
}

// The names of the groups, none twice and none like a column of ours: what would be has the name of its dimension in
// brackets behind it.
QStringList groupColumns(const BoardFrame &frame)
{
    const QStringList ours{u"from"_s, u"to"_s, u"total"_s, u"earlier"_s};
    QStringList columns;
    for (const CubeGroup &group : frame.main.groups) {
        QString name = group.name;
        while (ours.contains(name, Qt::CaseInsensitive) || columns.contains(name))
            name += u" (%1)"_s.arg(frame.dimensions.value(frame.groupBy));
        columns.append(name);
    }
    return columns;
}

} // namespace

QByteArray frameAsCsv(const BoardFrame &frame)
{
    const QTimeZone zone = zoneOf(frame);
    QByteArray csv = "from,to";
    const QStringList columns = groupColumns(frame);
    for (const QString &name : columns)
        csv += ',' + csvField(name);
    csv += ",total";
    const bool compares = frame.earlier && frame.earlier->perBucket.size() == frame.grid.size();
    if (compares)
        csv += ",earlier";
    csv += "\r\n";
    for (qsizetype b = 0; b < frame.grid.size(); ++b) {
        const TimeSpan bucket = frame.grid.bucket(b);
        csv += isoIn(zone, bucket.fromMs).toLatin1() + ',' + isoIn(zone, bucket.toMs).toLatin1();
        for (const CubeGroup &group : frame.main.groups)
            csv += ',' + QByteArray::number(group.perBucket.value(b));
        csv += ',' + QByteArray::number(frame.main.perBucket.value(b));
        if (compares)
            csv += ',' + QByteArray::number(frame.earlier->perBucket[b]);
        csv += "\r\n";
    }
    return csv;
}

QByteArray frameAsJson(const BoardFrame &frame)
{
    const QTimeZone zone = zoneOf(frame);
    QJsonArray buckets;
    for (qsizetype b = 0; b < frame.grid.size(); ++b) {
        QJsonObject groups;
        for (const CubeGroup &group : frame.main.groups)
            groups.insert(group.name, group.perBucket.value(b));
        QJsonObject bucket{{u"from"_s, isoIn(zone, frame.grid.bucket(b).fromMs)},
                           {u"to"_s, isoIn(zone, frame.grid.bucket(b).toMs)},
                           {u"total"_s, frame.main.perBucket.value(b)},
                           {u"groups"_s, groups}};
        if (frame.earlier && !frame.earlier->perBucket.isEmpty())
            bucket.insert(u"earlier"_s, frame.earlier->perBucket.value(b));
        buckets.append(bucket);
    }
    QJsonObject breakdowns;
    for (const Breakdown &breakdown : frame.breakdowns) {
        QJsonObject values;
        for (const CubeGroup &group : breakdown.groups)
            values.insert(group.name, group.total);
        breakdowns.insert(breakdown.dimension, values);
    }
    const QJsonObject json{{u"view"_s, toJson(frame.choice)}, {u"zone"_s, QString::fromLatin1(zone.id())},
                           {u"total"_s, frame.main.total},    {u"totalEvents"_s, frame.totalEvents},
                           {u"rejected"_s, frame.rejected},   {u"buckets"_s, buckets},
                           {u"breakdowns"_s, breakdowns}};
    return QJsonDocument(json).toJson();
}

} // namespace entvas
