"""The live channel: what is written in the journal reaches every screen, in order, without being asked for.

`feed` hears of sealed entries and reads them once per process; `hub` hands each to the connections that may see it;
`connection` is one client with its bounded queue; `conversation` what the client may say; `endpoint` the socket itself.
"""
