#pragma once

#include "app/account/accountstate.h"
#include "app/feed/feed.h"

#include <array>
#include <QFrame>

class QLabel;
class QLineEdit;
class QPushButton;

namespace entvas {

// What stands in place of a server's numbers: why there are none, and the ways on.
struct AccessView {
    enum class Way {
        None,
        LogIn,
        LogInAsOther,
        GiveToken,
        OtherServer,
        TryAgain,
        UseHttps,
        AllowHttp,
        OpenAgain,
        Cancel,
    };
    QString headline;
    QString text;
    QString address;                                          // to be copied; empty = none
    std::array<Way, 3> ways{Way::None, Way::None, Way::None}; // the usual one first

    bool isEmpty() const { return headline.isEmpty(); }
};
// Empty where there is nothing to say: all is well, or it has nothing to do with who may read. `server` is its name.
AccessView accessView(const FeedState &feed, const AccountState &account, const AccessProblem &problem,
                      const QString &server);

// Shows one, calmly, in the middle of the desk.
class AccessPanel : public QFrame
{
    Q_OBJECT
public:
    explicit AccessPanel(QWidget *parent = nullptr);
    void draw(const AccessView &view);
    const AccessView &view() const { return m_view; }
    QPushButton *button(AccessView::Way way) const; // nullptr while it is not offered

Q_SIGNALS:
    void chosen(entvas::AccessView::Way way);

private:
    void copy();

    AccessView m_view;
    QLabel *m_headline, *m_text;
    QLineEdit *m_address;
    QPushButton *m_copy;
    std::array<QPushButton *, 3> m_buttons;
};

} // namespace entvas
