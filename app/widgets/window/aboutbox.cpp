#include "app/widgets/window/aboutbox.h"

#include "app/widgets/base/messagebox.h"

#include <QCoreApplication>
#include <QMessageBox>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
struct Words {
    Q_DECLARE_TR_FUNCTIONS(entvas::About)
};
} // namespace

void showAbout(QWidget *window)
{
    QMessageBox box(window);
    box.setWindowTitle(Words::tr("About Entvas"));
    setPlainTexts(box, Words::tr("Entvas %1").arg(u"" ENTVAS_VERSION ""_s),
                  Words::tr("Live analytics on your own computer.\nThe source is under the MIT licence; this "
                            "program uses Qt Charts and Qt HTTP Server under the GPL, version 3."));
    box.exec();
}

} // namespace entvas
