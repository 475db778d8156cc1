#pragma once

#include "app/feed/feed.h"
#include "app/widgets/base/spoken.h"

#include <QWidget>

namespace entvas {

class Theme;

// Dot, word, server and latency: how the connection stands, never by colour alone.
class ConnectionBadge : public QWidget, public Spoken
{
    Q_OBJECT
public:
    ConnectionBadge(const Theme &theme, QWidget *parent = nullptr);
    // `waiting`: for a person to log in, which is no fault; says so instead of the state's own word.
    void draw(const FeedState &state, const QString &server, const QString &waiting = {});
    QString word() const { return m_word; }
    QAccessible::Role spokenRole() const override { return QAccessible::StaticText; } // AT-SPI knows no indicator
    QString spoken(QAccessible::Text text) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override; // the word is never cut

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    FeedState m_state;
    QString m_word, m_server;
    bool m_isWaiting = false;
};

} // namespace entvas
