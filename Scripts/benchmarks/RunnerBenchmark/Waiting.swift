import Glibc

func wait(milliseconds: Int) { usleep(UInt32(milliseconds) * 1000) }
