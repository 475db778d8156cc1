#include "app/widgets/connection/problemdialog.h"

#include "app/session/session.h"
#include "app/widgets/base/messagebox.h"
#include "app/widgets/dialogs/accessform.h"

#include <QLayout>
#include <QPushButton>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

// Asked beside the question itself, so that Cancel leads back and not out.
ProblemChoice askPort(quint16 taken, QWidget *parent)
{
    AccessForm form(AccessForm::tr("Another port"), AccessForm::tr("Start"), parent);
    const auto port =
        form.addNumber(AccessForm::tr("&Port for the local server"), 1, 65535, taken < 65535 ? taken + 1 : 8001);
    return form.exec() == QDialog::Accepted ? ProblemChoice{ProblemChoice::Kind::OtherPort, {}, quint16(port())}
                                            : ProblemChoice{ProblemChoice::Kind::TryAgain, {}, 0};
}

} // namespace

ProblemChoice askAboutProblem(const SessionProblem &problem, QWidget *parent)
{
    QMessageBox box(parent);
    box.setWindowTitle(QMessageBox::tr("Entvas"));
    box.setIcon(QMessageBox::NoIcon); // the sentence says it
    // Not beside another Entvas: one at a time writes the database file.
    const bool portTaken = problem.kind == SessionProblem::Kind::PortTaken;
    const QUrl running(u"http://127.0.0.1:%1"_s.arg(problem.port));
    QPushButton *connectTo = nullptr;
    if (problem.kind == SessionProblem::Kind::PortTakenByEntvas) {
        setPlainTexts(
            box, QMessageBox::tr("Entvas is already running on port %1.").arg(problem.port),
            QMessageBox::tr("Only one Entvas can serve this computer's database. Show the running one's data?"));
        connectTo = box.addButton(QMessageBox::tr("Show it"), QMessageBox::AcceptRole);
    } else {
        setPlainTexts(box, QMessageBox::tr("The local server could not start."), problem.failure.text);
    }
    QPushButton *otherPort =
        portTaken ? box.addButton(QMessageBox::tr("Another port…"), QMessageBox::ActionRole) : nullptr;
    QPushButton *again = box.addButton(QMessageBox::tr("Try again"), QMessageBox::ActionRole);
    QPushButton *otherServer = box.addButton(QMessageBox::tr("Other server…"), QMessageBox::ActionRole);
    QPushButton *quit = box.addButton(QMessageBox::tr("Quit"), QMessageBox::DestructiveRole);
    QPushButton *leave = box.addButton(QMessageBox::tr("Later"), QMessageBox::RejectRole);
    box.setDefaultButton(connectTo ? connectTo : otherPort ? otherPort : again);
    box.setEscapeButton(leave);
    box.layout()->setContentsMargins(24, 20, 24, 18); // last: the box makes its layout anew with each part it gets
    box.exec();
    if (connectTo && box.clickedButton() == connectTo)
        return {ProblemChoice::Kind::ConnectTo, running, 0};
    if (otherPort && box.clickedButton() == otherPort)
        return askPort(problem.port, parent);
    if (box.clickedButton() == again)
        return {ProblemChoice::Kind::TryAgain, {}, 0};
    if (box.clickedButton() == otherServer)
        return {ProblemChoice::Kind::OtherServer, {}, 0};
    if (box.clickedButton() == quit)
        return {ProblemChoice::Kind::Quit, {}, 0};
    return {};
}

} // namespace entvas
