#pragma once

#include <functional>
#include <optional>
#include <QFrame>
#include <QList>
#include <QPointer>

class QLabel;
class QLineEdit;
class QListView;
class QStandardItemModel;

namespace entvas {

class Theme;

// One line to type into and everything that can be done below it, best answer first. Covers the top of its window;
// Enter does what is chosen, Esc or a click elsewhere leaves it.
class CommandPalette : public QFrame
{
    Q_OBJECT
public:
    static constexpr qsizetype kMostShown = 200;
    static constexpr qsizetype kMostRecent = 6;

    struct Item {
        QString id; // by which it is remembered; empty = it is not
        QString group;
        QString text; // data is shown as it is, in one line
        QString keys;
        bool isOn = false; // shown with a tick
        std::function<void()> run;
    };

    CommandPalette(const Theme &theme, QWidget *window);
    // In the order in which they are offered while nothing is typed; those used last come first of all.
    void open(const QList<Item> &items);
    void leave();                                   // the focus goes back to where it was
    QStringList recent() const { return m_recent; } // ids, latest first
    void setRecent(const QStringList &ids) { m_recent = ids.mid(0, kMostRecent); }
    QStringList shown() const; // texts, best first

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    struct Answer {
        int score;
        qsizetype item;
        QList<qsizetype> places; // of the letters that answer, in its text
    };
    std::optional<Answer> answerOf(qsizetype item, const QString &wanted) const;
    void refresh();
    void place();
    void run(int row);
    void moveBy(int rows);

    const Theme &m_theme;
    QList<Item> m_items;
    QList<qsizetype> m_order; // of what is shown
    QStringList m_recent;
    QLineEdit *m_line;
    QListView *m_list;
    QStandardItemModel *m_model;
    QLabel *m_none;
    QPointer<QWidget> m_focusBefore; // gets it back
};

} // namespace entvas
