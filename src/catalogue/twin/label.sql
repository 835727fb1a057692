select twin_label_id(number) as label_id, head.text || tail.text || ' Records' as name, getvariable('accession') as accession
from (select number, twin_mix(number, getvariable('key_label')) as bits from range(getvariable('first'), getvariable('last')) r(number))
join twin_shape shape on shape.shape = 4096 + (((bits >> 40) & 4095))
join twin_phrase head on head.phrase = twin_head(bits, shape.head_first, shape.head_count)
join twin_phrase tail on tail.phrase = twin_tail(bits >> 22, shape.tail_first, shape.tail_count)
