#include "app/widgets/connection/notices.h"

#include "app/widgets/base/messagebox.h"
#include "app/widgets/connection/banner.h"

#include <QDesktopServices>
#include <QMessageBox>
#include <QUrl>

#include <utility>

namespace entvas {

Notices::Notices(QWidget *window) : QObject(window), m_window(window), m_notice(new Banner), m_crash(new Banner)
{
    connect(m_notice, &Banner::actionChosen, this, [this] {
        m_notice->setShown(false);
        if (const auto call = std::exchange(m_call, nullptr))
            call();
    });
}

void Notices::showBox(const QString &headline, const QString &text)
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, tr("Entvas"), {}, QMessageBox::Close, m_window);
    setPlainTexts(*box, headline, text);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void Notices::showNotice(const QString &headline, const QString &text, const QString &button,
                         std::function<void()> call)
{
    m_call = std::move(call);
    m_notice->draw(headline, text, button);
    m_notice->setShown(true);
}

void Notices::showNotice(const QString &headline, const QString &text)
{
    showNotice(headline, text, tr("Got it"));
}

void Notices::dropNotice()
{
    m_notice->setShown(false);
}

void Notices::showMemoryOnly()
{
    showNotice(tr("Your login is kept until Entvas is closed"),
               tr("No keyring (Secret Service) could be opened. You will have to log in again after a restart."));
}

void Notices::showCrash(const QString &report)
{
    m_crash->draw(tr("Entvas quit unexpectedly last time"),
                  tr("No stored events were lost. The report helps to find the cause."), tr("Show report"),
                  tr("Dismiss"));
    m_crash->setShown(true);
    m_crash->disconnect(this);
    const auto dismiss = [this] { m_crash->setShown(false); };
    connect(m_crash, &Banner::otherActionChosen, this, dismiss);
    connect(m_crash, &Banner::actionChosen, this, [this, report, dismiss] {
        dismiss();
        if (!QDesktopServices::openUrl(QUrl::fromLocalFile(report)))
            showBox(tr("The report could not be opened."), report);
    });
}

} // namespace entvas
