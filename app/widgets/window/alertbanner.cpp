#include "app/widgets/window/alertbanner.h"

#include "app/board/board.h"
#include "app/session/session.h"
#include "app/widgets/dialogs/alertcenter.h"
#include "app/widgets/dialogs/alertdialog.h"
#include "core/model/event.h"

namespace entvas {

using namespace Qt::StringLiterals;

AlertBanner::AlertBanner(AlertCenter *center, Session *session, const Board &board, QWidget *parent)
    : Banner(parent), m_center(center), m_session(session), m_board(board)
{
    connect(&board, &Board::stateChanged, this, &AlertBanner::followServer);
    connect(session, &Session::feedChanged, this, &AlertBanner::followServer);
    connect(center, &AlertCenter::changed, this, &AlertBanner::refresh);
    connect(this, &Banner::actionChosen, this, &AlertBanner::openRules);
    connect(this, &Banner::otherActionChosen, center, &AlertCenter::snoozeLasting);
}

void AlertBanner::followServer()
{
    const QString project = m_board.project();
    const QString server = !m_session->feed()     ? QString()
                           : m_session->isLocal() ? u"local"_s
                                                  : m_session->serverUrl().toString();
    const bool isDefault = project.isEmpty() || project == QStringView(kDefaultProject);
    m_center->setServer(server.isEmpty() || isDefault ? server : server + u'#' + project);
}

void AlertBanner::refresh()
{
    const QString headline = m_center->headline();
    if (!headline.isEmpty())
        draw(headline, m_center->text(), tr("Alerts…"), tr("Snooze for an hour"));
    setShown(!headline.isEmpty());
}

void AlertBanner::openRules()
{
    AlertDialog dialog(m_center->watch().rules(), m_center->watch().log(), m_board.choice().filter, m_board.zone(),
                       window());
    if (dialog.exec() == QDialog::Accepted)
        m_center->setRules(dialog.rules());
}

} // namespace entvas
