#include "app/board/text/translation.h"

#include <QCoreApplication>

namespace entvas {

QString tr(const char *text, const char *comment, int n)
{
    return QCoreApplication::translate("entvas", text, comment, n);
}

} // namespace entvas
