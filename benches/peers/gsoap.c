/* gSOAP, by code that wsdl2h and soapcpp2 make of the contract: the whole call without a network, and calls over a
 * connection that is kept. */
#include "soapH.h"
#include "ServiceSoap.nsmap"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST_LINES 50

/* What is sent is counted and dropped; what is received comes from memory. */
static size_t sent;
static char *answer;
static size_t answer_length, answer_at;

static SOAP_SOCKET opened(struct soap *soap, const char *endpoint, const char *host, int port) {
    answer_at = 0;
    return 1;
}

static int closed(struct soap *soap) { return SOAP_OK; }

static int closed_socket(struct soap *soap, SOAP_SOCKET socket) { return SOAP_OK; }

static int send_nowhere(struct soap *soap, const char *bytes, size_t length) {
    sent += length;
    return SOAP_OK;
}

static size_t receive(struct soap *soap, char *bytes, size_t length) {
    size_t left = answer_length - answer_at;
    if (length > left) length = left;
    memcpy(bytes, answer + answer_at, length);
    answer_at += length;
    return length;
}

static double seconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

/* Of this process's processor, whatever else runs. */
static double now(void) { return seconds(CLOCK_PROCESS_CPUTIME_ID); }

/* The answer with the head that HTTP puts before it. */
static void answer_is(const char *body, size_t length) {
    char head[200];
    int before = snprintf(head, sizeof head,
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", length);
    answer = malloc(before + length);
    memcpy(answer, head, before);
    memcpy(answer + before, body, length);
    answer_length = before + length;
}

static void begin(struct soap *soap) {
    soap_init1(soap, SOAP_C_UTFSTRING);
    soap->fopen = opened;
    soap->fclose = closed;
    soap->fclosesocket = closed_socket;
    soap->fsend = send_nowhere;
    soap->frecv = receive;
}

static int orders_asked_for(struct soap *soap, const char *url) {
    struct _ns1__GetOrdersByQuery request;
    struct _ns1__GetOrdersByQueryResponse response;
    memset(&request, 0, sizeof request);
    if (soap_call___ns1__GetOrdersByQuery(soap, url, "x", &request, &response)) {
        soap_print_fault(soap, stderr);
        return 1;
    }
    soap_destroy(soap);
    soap_end(soap);
    return 0;
}

static int reading(const char *path, int times) {
    FILE *file = fopen(path, "rb");
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    char *body = malloc(length);
    if (fread(body, 1, length, file) != (size_t)length) return 1;
    answer_is(body, length);
    double best = 0;
    for (int round = 0; round < times; round++) {
        struct soap soap;
        begin(&soap);
        double begun = now();
        if (orders_asked_for(&soap, "http://localhost/")) return 1;
        double took = now() - begun;
        soap_done(&soap);
        if (length / took / 1e6 > best) best = length / took / 1e6;
    }
    printf("%.0f MB/s\n", best);
    return 0;
}

/* A request with an order of so many lines, kept until the end. */
static struct _ns1__ProcessOrder *order_of(int count) {
    static struct ns1__CustomerOrderLine lines[MOST_LINES];
    static char codes[MOST_LINES][20], articles[MOST_LINES][20];
    for (int number = 0; number < count; number++) {
        snprintf(codes[number], sizeof codes[number], "line %d", number);
        snprintf(articles[number], sizeof articles[number], "A-%d", 1000 + number);
        struct ns1__CustomerOrderLine *line = &lines[number];
        line->OrderLineIdentification = ns1__OrderLineIdentificationType__ExternalOrderLineCode;
        line->ArticleIdentification = ns1__ArticleIdentificationType__ArticleNumber;
        line->ExternalOrderLineCode = codes[number];
        line->ArticleNumber = articles[number];
        line->ArticleName = "Skruv 4,5 \xc3\x97 40 <f\xc3\xb6rzinkad>";
        line->OrderLineComment = "pick from the front";
        line->NumberOfItems = "12.50";
    }
    static struct ns1__ArrayOfCustomerOrderLine list;
    list.__sizeCustomerOrderLine = count;
    list.CustomerOrderLine = lines;
    static struct ns1__CustomerOrder order;
    order.CustomerOrderLines = &list;
    static struct _ns1__ProcessOrder request = {"DEMO", "user", "password", &order};
    return &request;
}

static int order_sent(struct soap *soap, const char *url, struct _ns1__ProcessOrder *request) {
    struct _ns1__ProcessOrderResponse response;
    if (soap_call___ns1__ProcessOrder(soap, url, "x", request, &response)) {
        soap_print_fault(soap, stderr);
        return 1;
    }
    soap_destroy(soap);
    soap_end(soap);
    return 0;
}

static int writing(int times) {
    const char *done =
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><ProcessOrderResponse "
        "xmlns=\"http://ongoingsystems.se/WSI\"/></s:Body></s:Envelope>";
    answer_is(done, strlen(done));
    struct _ns1__ProcessOrder *request = order_of(MOST_LINES);
    struct soap soap;
    begin(&soap);
    double best = 0;
    for (int round = 0; round < times; round++) {
        sent = 0;
        double begun = now();
        for (int again = 0; again < 1000; again++)
            if (order_sent(&soap, "http://localhost/", request)) return 1;
        double took = now() - begun;
        if (1000 / took > best) best = 1000 / took;
    }
    printf("%.0f orders of %d lines a second (%zu bytes each)\n", best, MOST_LINES, sent / 1000);
    return 0;
}

/* Calls by the clock, with an order of so many lines, or for orders where that is 0. */
static int calling(const char *url, int lines, int times) {
    struct _ns1__ProcessOrder *request = order_of(lines);
    struct soap soap;
    soap_init2(&soap, SOAP_IO_KEEPALIVE | SOAP_C_UTFSTRING, SOAP_IO_KEEPALIVE | SOAP_C_UTFSTRING);
    soap.tcp_keep_alive = 1;
    double best = 1e9;
    for (int round = 0; round < times; round++) {
        double begun = seconds(CLOCK_MONOTONIC);
        for (int again = 0; again < 2000; again++)
            if (lines ? order_sent(&soap, url, request) : orders_asked_for(&soap, url)) return 1;
        double took = (seconds(CLOCK_MONOTONIC) - begun) / 2000;
        if (took < best) best = took;
    }
    printf("%.0f µs\n", best * 1e6);
    return 0;
}

int main(int count, char **arguments) {
    if (count > 3) return calling(arguments[2], atoi(arguments[3]), 9);
    if (count > 1 && strcmp(arguments[1], "write")) return reading(arguments[1], 5);
    return writing(5);
}
