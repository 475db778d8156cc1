#pragma once

#include <QColor>
#include <QList>
#include <QWidget>

namespace entvas {

class Theme;

// Names with their colour squares in one line, from the right; what does not fit is left out from the end.
class Legend : public QWidget
{
    Q_OBJECT
public:
    struct Entry {
        QString name;
        QColor color;
        bool operator==(const Entry &) const = default;
    };
    Legend(const Theme &theme, QWidget *parent = nullptr);
    void draw(const QList<Entry> &entries);
    QSize sizeHint() const override { return {320, 20}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    QList<Entry> m_entries;
};

} // namespace entvas
