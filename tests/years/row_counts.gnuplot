# gnuplot -c row_counts.gnuplot CSV PNG
set terminal pngcairo size 1000,640 font "sans,10"
set output ARG2
set datafile separator ','
set xdata time
set timefmt '%Y-%m-%d'
set format x "%b\n%Y"
set logscale y
set yrange [10:*]
set format y '%.0f'
set ylabel 'rows'
set grid xtics ytics lc rgb '#dddddd'
set key outside right top
set style data lines
set linetype 5 lc rgb '#b8a000'  # yellow is hard to see
set linetype 9 lc rgb '#888888'  # the default begins anew
set title 'Rows that stand under compaction at every day'
plot for [i = 2:10] ARG1 using 1:i title columnheader(i) lw 1.5
