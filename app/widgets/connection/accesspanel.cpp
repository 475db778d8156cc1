#include "app/widgets/connection/accesspanel.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

using Way = AccessView::Way;

QString wordsOf(Way way, bool isAgain)
{
    switch (way) {
    case Way::None: return {};
    case Way::LogIn: return isAgain ? AccessPanel::tr("Log in again") : AccessPanel::tr("Log in");
    case Way::LogInAsOther: return AccessPanel::tr("Use a different account");
    case Way::GiveToken: return AccessPanel::tr("Enter token…");
    case Way::OtherServer: return AccessPanel::tr("Other server…");
    case Way::TryAgain: return AccessPanel::tr("Try again");
    case Way::UseHttps: return AccessPanel::tr("Try with https");
    case Way::AllowHttp: return AccessPanel::tr("Allow http…");
    case Way::OpenAgain: return AccessPanel::tr("Open again");
    case Way::Cancel: return AccessPanel::tr("Cancel");
    }
    Q_UNREACHABLE();
}

AccessView inBrowser(const AccountState &account, const QString &server)
{
    if (account.address.isEmpty())
        return {AccessPanel::tr("One moment"),
                AccessPanel::tr("Asking %1 where to log in.").arg(server),
                {},
                {Way::Cancel, Way::None, Way::None}};
    const QString address = account.address.toString(QUrl::FullyEncoded);
    if (!account.hasBrowser)
        return {AccessPanel::tr("Open this address in a browser"),
                AccessPanel::tr("No browser could be opened. Open the address in a browser on this computer and log in "
                                "at %1; this window then continues by itself.")
                    .arg(account.issuerHost),
                address,
                {Way::OpenAgain, Way::Cancel, Way::None}};
    return {AccessPanel::tr("Continue in your browser"),
            AccessPanel::tr("Log in at %1 there to see the data of %2. This window then continues by itself.")
                .arg(account.issuerHost, server),
            address,
            {Way::OpenAgain, Way::Cancel, Way::None}};
}

AccessView ofProblem(const AccountState &account, const AccessProblem &problem, const QString &server)
{
    using Kind = AccessProblem::Kind;
    const bool hasLogin = account.kind == AccountState::Kind::LoggedIn;
    switch (problem.kind) {
    case Kind::None: return {};
    case Kind::LoginNeeded:
        return {AccessPanel::tr("Log in to %1").arg(server),
                problem.text,
                {},
                {Way::LogIn, Way::GiveToken, Way::OtherServer}};
    case Kind::TokenNeeded:
        return {AccessPanel::tr("%1 requires a token").arg(server),
                problem.text,
                {},
                {Way::GiveToken, Way::OtherServer, Way::None}};
    case Kind::SessionEnded:
        return {AccessPanel::tr("Your session has ended"),
                problem.text,
                {},
                {Way::LogIn, Way::GiveToken, Way::OtherServer}};
    case Kind::LoginFailed:
        return {AccessPanel::tr("Login failed"), problem.text, {}, {Way::LogIn, Way::GiveToken, Way::OtherServer}};
    case Kind::TokenRefused:
        if (hasLogin)
            return {AccessPanel::tr("%1 does not accept your login").arg(server),
                    problem.text,
                    {},
                    {Way::LogIn, Way::LogInAsOther, Way::OtherServer}};
        return {AccessPanel::tr("%1 does not accept the token").arg(server),
                problem.text,
                {},
                {Way::GiveToken, Way::LogIn, Way::OtherServer}};
    case Kind::TokenRevoked:
        return {
            AccessPanel::tr("The token was revoked"), problem.text, {}, {Way::GiveToken, Way::LogIn, Way::OtherServer}};
    case Kind::RoleMissing:
        return {AccessPanel::tr("You have no read access at %1").arg(server),
                AccessPanel::tr("%1 Ask the server's administrator for access.")
                    .arg(problem.text.endsWith(u'.') ? problem.text : problem.text + u'.'),
                {},
                {Way::TryAgain, hasLogin ? Way::LogInAsOther : Way::GiveToken, Way::OtherServer}};
    case Kind::IssuerAway:
        return {AccessPanel::tr("The login service is unavailable"),
                problem.text,
                {},
                {Way::TryAgain, Way::OtherServer, Way::None}};
    }
    Q_UNREACHABLE();
}

} // namespace

AccessView accessView(const FeedState &feed, const AccountState &account, const AccessProblem &problem,
                      const QString &server)
{
    if (account.isInBrowser)
        return inBrowser(account, server);
    if (feed.kind == FeedState::Kind::Refused && feed.refusal == FeedState::Refusal::PlainHttp)
        return {AccessPanel::tr("The connection to %1 is not encrypted").arg(server),
                feed.reason,
                {},
                {Way::UseHttps, Way::AllowHttp, Way::OtherServer}};
    if (feed.kind == FeedState::Kind::Refused && feed.refusal == FeedState::Refusal::Untrusted)
        return {AccessPanel::tr("The identity of %1 can't be verified").arg(server),
                AccessPanel::tr("%1 Nothing was sent. Ask the server's administrator to fix it.").arg(feed.reason),
                {},
                {Way::TryAgain, Way::OtherServer, Way::None}};
    // A login that failed is no reason to hide numbers that are there.
    const bool isLive = feed.kind == FeedState::Kind::Live || feed.kind == FeedState::Kind::Stale;
    return isLive ? AccessView{} : ofProblem(account, problem, server);
}

AccessPanel::AccessPanel(QWidget *parent)
    : QFrame(parent),
      m_headline(new QLabel),
      m_text(new QLabel),
      m_address(new QLineEdit),
      m_copy(new QPushButton(tr("Copy"))),
      m_buttons{new QPushButton, new QPushButton, new QPushButton}
{
    setObjectName(u"card"_s);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(32, 28, 32, 28);
    column->setSpacing(10);
    m_headline->setObjectName(u"headline"_s);
    for (QLabel *label : {m_headline, m_text}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        column->addWidget(label);
    }
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_address->setObjectName(u"code"_s);
    m_address->setReadOnly(true);
    m_address->setAccessibleName(tr("Address of the login"));
    row->addWidget(m_address, 1);
    row->addWidget(m_copy);
    column->addLayout(row);
    column->addSpacing(10);
    auto *second = new QHBoxLayout;
    second->setSpacing(10);
    for (std::size_t i = 0; i < m_buttons.size(); ++i) {
        m_buttons[i]->setObjectName(i == 0 ? u"primary"_s : i == 1 ? QString() : u"quiet"_s);
        m_buttons[i]->setCursor(Qt::PointingHandCursor);
        second->addWidget(m_buttons[i]);
        connect(m_buttons[i], &QPushButton::clicked, this, [this, i] { Q_EMIT chosen(m_view.ways[i]); });
    }
    second->addStretch(1);
    column->addLayout(second);
    m_copy->setCursor(Qt::PointingHandCursor);
    connect(m_copy, &QPushButton::clicked, this, &AccessPanel::copy);
    hide();
}

void AccessPanel::draw(const AccessView &view)
{
    m_view = view;
    setVisible(!view.isEmpty());
    if (view.isEmpty())
        return;
    m_headline->setText(view.headline);
    m_text->setText(view.text);
    if (m_address->text() != view.address) {
        m_address->setText(view.address);
        m_address->setCursorPosition(0);
    }
    m_address->setVisible(!view.address.isEmpty());
    m_copy->setVisible(!view.address.isEmpty());
    const bool isAgain = view.ways[1] == Way::LogInAsOther || view.headline == tr("Your session has ended");
    for (std::size_t i = 0; i < m_buttons.size(); ++i) {
        m_buttons[i]->setText(wordsOf(view.ways[i], isAgain));
        m_buttons[i]->setVisible(view.ways[i] != Way::None);
    }
}

QPushButton *AccessPanel::button(AccessView::Way way) const
{
    for (std::size_t i = 0; i < m_buttons.size(); ++i)
        if (!m_view.isEmpty() && m_view.ways[i] == way)
            return m_buttons[i];
    return nullptr;
}

void AccessPanel::copy()
{
    QApplication::clipboard()->setText(m_address->text());
    m_copy->setText(tr("Copied"));
    QTimer::singleShot(1'500, this, [this] { m_copy->setText(tr("Copy")); });
}

} // namespace entvas
