#pragma once

#include "app/widgets/dock/panel.h"

#include <QMap>

namespace entvas {

class StatCard;

// The cards with the big numbers, side by side in as many lines as they need. Any card can be hidden by its menu.
class NumbersPanel : public Panel
{
    Q_OBJECT
public:
    explicit NumbersPanel(const Theme &theme, QWidget *parent = nullptr);
    void add(const QString &name, StatCard *card); // one of cardNames()
    void setHidden(const QStringList &cards);
    PanelNeeds needs(int width) const override;
    void takeFocus(Qt::FocusReason reason) override;

Q_SIGNALS:
    void hiddenWanted(const QStringList &cards);
    void cardClicked(const QString &card); // one that can be clicked

protected:
    void resizeEvent(QResizeEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QStringList shown() const;
    int linesAt(int width) const;
    void place();
    QString cardAt(const QPoint &point) const;
    QString cardWithFocus() const;
    void fillMenu(QMenu *menu, const QString &card);

    QMap<QString, StatCard *> m_cards;
    QStringList m_hidden;
    QString m_menuFor; // the card that the menu was opened on
};

} // namespace entvas
