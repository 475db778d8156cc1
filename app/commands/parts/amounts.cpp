#include "app/commands/parts/amounts.h"

#include <QLocale>

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

} // namespace entvas
