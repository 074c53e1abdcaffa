"""Files of readings: unpacked, cut into rows, and mapped to readings, in this order.

opening   path or stdin, zip or gzip → bytes
rows      bytes → rows, whichever of JSON, JSON Lines and CSV they are
mapping   row → reading, by names given or detected
"""
