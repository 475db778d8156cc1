#include "app/widgets/base/messagebox.h"

#include <QLabel>

namespace entvas {

void setPlainTexts(QMessageBox &box, const QString &headline, const QString &text)
{
    box.setTextFormat(Qt::PlainText);
    box.setText(headline);
    box.setInformativeText(text);
    if (auto *second = box.findChild<QLabel *>(QStringLiteral("qt_msgbox_informativelabel"))) {
        second->setTextFormat(Qt::PlainText);
        second->setOpenExternalLinks(false);
    }
}

} // namespace entvas
