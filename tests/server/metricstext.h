#pragma once

#include <cmath>
#include <limits>
#include <QByteArray>
#include <QHash>
#include <QMap>
#include <QRegularExpression>
#include <QSet>
#include <QString>

namespace entvas::test {

// Prometheus text format 0.0.4, read more strictly than Prometheus does: every family has HELP, then TYPE, then its
// samples in one piece, each set of labels once. `error` is empty when all of it was right.
class MetricsText
{
public:
    explicit MetricsText(const QByteArray &text)
    {
        if (!text.endsWith('\n'))
            fail("no line end at the end");
        for (const QByteArray &line : text.chopped(text.endsWith('\n') ? 1 : 0).split('\n'))
            if (error.isEmpty())
                take(line);
        for (auto it = histograms.cbegin(); it != histograms.cend() && error.isEmpty(); ++it)
            if (it->isEmpty() || it->last() != samples.value(withSuffix(it.key(), "_count"), -1) ||
                !samples.contains(withSuffix(it.key(), "_sum")))
                fail("histogram without +Inf, _sum or _count: " + it.key());
    }
    double value(const QByteArray &name) const { return samples.value(name, std::numeric_limits<double>::quiet_NaN()); }

    QByteArray error;
    QMap<QByteArray, QByteArray> types;         // by family
    QMap<QByteArray, QByteArray> helps;         // likewise
    QMap<QByteArray, double> samples;           // by name{label="value",…}, as written
    QMap<QByteArray, QList<double>> histograms; // cumulative counts, by family and labels but le

private:
    void fail(const QByteArray &why) { error = error.isEmpty() ? why : error; }
    void take(const QByteArray &line)
    {
        static const QRegularExpression help(QStringLiteral("^# HELP ([a-z][a-z0-9_]*) (\\S.*\\S)$"));
        static const QRegularExpression type(QStringLiteral("^# TYPE ([a-z][a-z0-9_]*) (counter|gauge|histogram)$"));
        static const QRegularExpression sample(
            QStringLiteral("^([a-z][a-z0-9_]*)((?:\\{[a-z_]+=\"(?:[^\"\\\\]|\\\\[\\\\\"n])*\"(?:,[a-z_]+=\"(?:[^\"\\\\]"
                           "|\\\\[\\\\\"n])*\")*\\})?) (\\S+)$"));
        const QString text = QString::fromUtf8(line);
        if (const auto match = help.match(text); match.hasMatch()) {
            family = match.captured(1).toUtf8();
            if (types.contains(family))
                fail("HELP twice: " + line);
            types[family] = {};
            helps[family] = match.captured(2).toUtf8();
        } else if (const auto typed = type.match(text); typed.hasMatch()) {
            if (typed.captured(1).toUtf8() != family || !types.value(family).isEmpty())
                fail("TYPE not right after its HELP: " + line);
            types[family] = typed.captured(2).toUtf8();
            if ((types[family] == "counter") != family.endsWith("_total"))
                fail("_total is for counters: " + line);
        } else if (const auto found = sample.match(text); found.hasMatch()) {
            takeSample(found.captured(1).toUtf8(), found.captured(2).toUtf8(), found.captured(3).toUtf8(), line);
        } else {
            fail("not understood: " + line);
        }
    }
    void takeSample(const QByteArray &name, const QByteArray &labels, const QByteArray &number, const QByteArray &line)
    {
        const bool isHistogram = types.value(family) == "histogram";
        if (types.value(family).isEmpty() || (!isHistogram && name != family) ||
            (isHistogram && name != family + "_bucket" && name != family + "_sum" && name != family + "_count"))
            fail("sample outside its family: " + line);
        bool ok = false;
        const double value = number.toDouble(&ok);
        if (!ok || !std::isfinite(value) || value < 0)
            fail("no number: " + line);
        if (samples.contains(name + labels))
            fail("sample twice: " + line);
        samples[name + labels] = value;
        if (!name.endsWith("_bucket"))
            return;
        const qsizetype le = labels.lastIndexOf("le="); // written last
        const QByteArray others = labels.left(le).chopped(1);
        QList<double> &counts = histograms[family + (others.isEmpty() ? QByteArray() : others + '}')];
        if (!counts.isEmpty() && counts.last() > value)
            fail("histogram falls: " + line);
        counts.append(value);
    }
    static QByteArray withSuffix(QByteArray key, const char *suffix)
    {
        const qsizetype brace = key.indexOf('{');
        return key.insert(brace < 0 ? key.size() : brace, suffix);
    }
    QByteArray family;
};

} // namespace entvas::test
