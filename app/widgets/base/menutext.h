#pragma once

#include "app/widgets/base/paint.h"

#include <QMenu>

namespace entvas {

// Data in a menu: in one line, and no letter underlined.
inline QString menuText(const QString &text)
{
    return paint::oneLine(text.left(80)).replace(u'&', QStringLiteral("&&"));
}

// clear() leaves menus inside it alive.
inline void emptyMenu(QMenu *menu)
{
    menu->clear();
    qDeleteAll(menu->findChildren<QMenu *>(QString(), Qt::FindDirectChildrenOnly));
}

} // namespace entvas
