#include "app/widgets/window/aboutbox.h"

#include "app/board/text/translation.h"
#include "app/widgets/base/messagebox.h"

#include <QMessageBox>

namespace entvas {

using namespace Qt::StringLiterals;

void showAbout(QWidget *window)
{
    QMessageBox box(window);
    box.setWindowTitle(tr("About Entvas"));
    setPlainTexts(box, tr("Entvas %1").arg(u"" ENTVAS_VERSION ""_s),
                  tr("Live analytics on your own computer.\nThe source is under the MIT licence; this "
                     "program uses Qt Charts and Qt HTTP Server under the GPL, version 3."));
    box.exec();
}

} // namespace entvas
