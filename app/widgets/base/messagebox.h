#pragma once

#include <QMessageBox>

namespace entvas {

// Both texts of a message box, as plain text. QMessageBox::setTextFormat() does not reach the second one: a name with
// markup in it would be shown as markup there.
void setPlainTexts(QMessageBox &box, const QString &headline, const QString &text);

} // namespace entvas
