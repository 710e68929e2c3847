// A peer of the benchmark: Go's httputil.ReverseProxy as it comes (no BufferPool), round robin over the origins.
// Arguments: the port, then the origins' URLs.
package main

import (
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"sync/atomic"
)

func main() {
	var origins []*url.URL
	for _, arg := range os.Args[2:] {
		origin, err := url.Parse(arg)
		if err != nil {
			log.Fatal(err)
		}
		origins = append(origins, origin)
	}
	var turn atomic.Uint64
	proxy := &httputil.ReverseProxy{
		Rewrite: func(request *httputil.ProxyRequest) {
			request.SetURL(origins[turn.Add(1)%uint64(len(origins))])
			request.Out.Host = request.In.Host
			request.SetXForwarded()
		},
		Transport: transport(),
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], proxy))
}

// transport is the default one without its limit of 2 idle connections to a host, which would have it dial all the time,
// and without asking for gzip, which it would then have to undo.
func transport() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns = 0
	transport.MaxIdleConnsPerHost = 64
	transport.DisableCompression = true
	transport.Proxy = nil
	return transport
}
