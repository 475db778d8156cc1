#include "app/commands/parts/amounts.h"

#include "core/base/isotime.h"

#include <QLocale>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

const QLocale &english()
{
    static const QLocale locale(QLocale::English, QLocale::UnitedStates);
    return locale;
}

} // namespace

QString sizeText(qint64 bytes)
{
    return english().formattedDataSize(bytes, bytes < 1'000 ? 0 : 1, QLocale::DataSizeSIFormat);
}

QString countText(qint64 number)
{
    return english().toString(number);
}

QString manyText(qint64 number, const QString &one, const QString &many)
{
    return countText(number) + u' ' + (number == 1 ? one : many);
}

QString timeText(qint64 ms)
{
    return ms == 0 ? u"-"_s : QString::fromLatin1(isoFromMs(ms));
}

} // namespace entvas
