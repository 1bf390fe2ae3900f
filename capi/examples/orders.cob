      *> Sends each order of a sequential file and writes what became
      *> of it, one line an order.
      *>
      *>   cobc -x -fstatic-call orders.cob -L FOLDER -longoingwms
      *>   ORDERS=orders.dat OUTCOMES=outcomes.dat ./orders
      *>
      *> The address and the login come from ONGOING_URL,
      *> ONGOING_USERNAME, ONGOING_PASSWORD, ONGOING_GOODS_OWNER_CODE
      *> and ONGOING_GOODS_OWNER_ID. Texts of the file are UTF-8.
      *>
      *> RETURN-CODE is 0 where every order is done, else the exit code
      *> of the first that is not: 1 refused, 75 outcome unknown, ..
       IDENTIFICATION DIVISION.
       PROGRAM-ID. ORDERS.

       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT ORDER-FILE ASSIGN TO "ORDERS"
               ORGANIZATION LINE SEQUENTIAL FILE STATUS ORDER-STATUS.
           SELECT OUTCOME-FILE ASSIGN TO "OUTCOMES"
               ORGANIZATION LINE SEQUENTIAL FILE STATUS OUTCOME-STATUS.

       DATA DIVISION.
       FILE SECTION.
       FD  ORDER-FILE.
       01  ORDER-LINE.
           05  ORDER-NUMBER        PIC X(10).
           05  ORDER-DATE          PIC X(10).
           05  ORDER-ARTICLE       PIC X(20).
           05  ORDER-QUANTITY      PIC 9(5).
           05  ORDER-CUSTOMER      PIC X(10).
           05  ORDER-NAME          PIC X(30).

       FD  OUTCOME-FILE.
       01  OUTCOME-LINE.
           05  OUTCOME-NUMBER      PIC X(10).
           05  OUTCOME-CODE        PIC ZZ9.
           05  FILLER              PIC X.
           05  OUTCOME-WORD        PIC X(10).
           05  OUTCOME-EXCHANGE    PIC X(20).
           05  OUTCOME-MESSAGE     PIC X(200).

       WORKING-STORAGE SECTION.
       01  ORDER-STATUS            PIC XX.
       01  OUTCOME-STATUS          PIC XX.
       01  AT-END                  PIC X VALUE "N".
       01  WORST                   PIC S9(9) COMP-5 VALUE 0.

      *> Numbers of the header, ongoingwms.h.
       01  ONGOING-ABI             PIC 9(9) COMP-5 VALUE 1.
       78  FIELD-MESSAGE           VALUE 2.
       78  FIELD-OUTCOME           VALUE 4.
       78  FIELD-EXCHANGE-ID       VALUE 6.

       01  SESSION-PTR             USAGE POINTER.
       01  TEXT-PTR                USAGE POINTER.
       01  TEXT-LENGTH             PIC 9(18) COMP-5.
       01  FIELD                   PIC S9(9) COMP-5.
       01  RESULT                  PIC S9(9) COMP-5.
       01  FOUND                   PIC X(200).

       01  SETTING-NAME            PIC X(30).
       01  SETTING-VARIABLE        PIC X(30).
       01  SETTING-VALUE           PIC X(500).
       01  NAME-LENGTH             PIC 9(18) COMP-5.
       01  VALUE-LENGTH            PIC 9(18) COMP-5.

       01  OPERATION               PIC X(12) VALUE "ProcessOrder".
       01  INPUT-TEXT              PIC X(4000).
       01  INPUT-LENGTH            PIC 9(18) COMP-5.
       01  INPUT-END               PIC 9(9) COMP-5.
       01  QUANTITY-TEXT           PIC Z(4)9.

       01  RAW                     PIC X(100).
       01  RAW-LENGTH              PIC 9(9) COMP-5.
       01  RAW-INDEX               PIC 9(9) COMP-5.
       01  SAFE                    PIC X(600).
       01  SAFE-END                PIC 9(9) COMP-5.
       01  BYTE                    PIC X.
       01  BYTE-NUMBER             PIC 9(9) COMP-5.
       01  HEX-DIGITS              PIC X(16) VALUE "0123456789abcdef".
       01  HIGH-DIGIT              PIC 9(9) COMP-5.
       01  LOW-DIGIT               PIC 9(9) COMP-5.

       LINKAGE SECTION.
       01  TEXT-OF-SESSION         PIC X(1000000).

       PROCEDURE DIVISION.
       MAIN-PROGRAM.
           CALL "ongoing_new" USING BY VALUE ONGOING-ABI
               RETURNING SESSION-PTR
           IF SESSION-PTR = NULL
               DISPLAY "the library has another binary interface"
                   UPON SYSERR
               MOVE 70 TO RETURN-CODE
               STOP RUN
           END-IF
           PERFORM SET-ALL
           CALL "ongoing_open" USING BY VALUE SESSION-PTR
               RETURNING RESULT
           PERFORM STOP-ON-FAILURE
           OPEN INPUT ORDER-FILE
           IF ORDER-STATUS NOT = "00"
               DISPLAY "ORDERS cannot be read, status " ORDER-STATUS
                   UPON SYSERR
               MOVE 65 TO WORST
               PERFORM FINISH
           END-IF
           OPEN OUTPUT OUTCOME-FILE
           IF OUTCOME-STATUS NOT = "00"
               DISPLAY "OUTCOMES cannot be written, status "
                   OUTCOME-STATUS UPON SYSERR
               MOVE 74 TO WORST
               PERFORM FINISH
           END-IF
           PERFORM UNTIL AT-END = "Y"
               READ ORDER-FILE
                   AT END MOVE "Y" TO AT-END
                   NOT AT END PERFORM SEND-ORDER
               END-READ
           END-PERFORM
           CLOSE ORDER-FILE OUTCOME-FILE
           PERFORM FINISH.

       FINISH.
           CALL "ongoing_free" USING BY VALUE SESSION-PTR
               RETURNING OMITTED
           MOVE WORST TO RETURN-CODE
           STOP RUN.

       SEND-ORDER.
           MOVE 1 TO INPUT-END
           STRING '{"OrderInfo":{"OrderIdentification":'
               '"GoodsOwnerOrderNumber",'
               '"OrderOperation":"CreateOrUpdate",'
               '"GoodsOwnerOrderNumber":' DELIMITED BY SIZE
               INTO INPUT-TEXT POINTER INPUT-END
           MOVE ORDER-NUMBER TO RAW
           PERFORM APPEND-TEXT
           STRING ',"DeliveryDate":' DELIMITED BY SIZE
               INTO INPUT-TEXT POINTER INPUT-END
           MOVE ORDER-DATE TO RAW
           PERFORM APPEND-TEXT
           STRING '},"Customer":{"CustomerOperation":'
               '"CreateOrUpdate","CustomerIdentification":'
               '"CustomerNumber","CustomerNumber":'
               DELIMITED BY SIZE
               INTO INPUT-TEXT POINTER INPUT-END
           MOVE ORDER-CUSTOMER TO RAW
           PERFORM APPEND-TEXT
           STRING ',"Name":' DELIMITED BY SIZE
               INTO INPUT-TEXT POINTER INPUT-END
           MOVE ORDER-NAME TO RAW
           PERFORM APPEND-TEXT
           STRING '},"CustomerOrderLines":[{'
               '"OrderLineIdentification":"ArticleNumber",'
               '"ArticleIdentification":"ArticleNumber",'
               '"ArticleNumber":' DELIMITED BY SIZE
               INTO INPUT-TEXT POINTER INPUT-END
           MOVE ORDER-ARTICLE TO RAW
           PERFORM APPEND-TEXT
           MOVE ORDER-QUANTITY TO QUANTITY-TEXT
           STRING ',"NumberOfItems":' DELIMITED BY SIZE
               FUNCTION TRIM(QUANTITY-TEXT) DELIMITED BY SIZE
               '}]}' DELIMITED BY SIZE
               INTO INPUT-TEXT POINTER INPUT-END
           COMPUTE INPUT-LENGTH = INPUT-END - 1
           MOVE 12 TO NAME-LENGTH
           CALL "ongoing_call" USING
               BY VALUE SESSION-PTR
               BY REFERENCE OPERATION BY VALUE NAME-LENGTH
               BY REFERENCE INPUT-TEXT BY VALUE INPUT-LENGTH
               RETURNING RESULT
           IF RESULT NOT = 0 AND WORST = 0
               MOVE RESULT TO WORST
           END-IF
           MOVE SPACES TO OUTCOME-LINE
           MOVE ORDER-NUMBER TO OUTCOME-NUMBER
           MOVE RESULT TO OUTCOME-CODE
           MOVE FIELD-OUTCOME TO FIELD
           PERFORM FIND-TEXT
           MOVE FOUND TO OUTCOME-WORD
           MOVE FIELD-EXCHANGE-ID TO FIELD
           PERFORM FIND-TEXT
           MOVE FOUND TO OUTCOME-EXCHANGE
           MOVE FIELD-MESSAGE TO FIELD
           PERFORM FIND-TEXT
           MOVE FOUND TO OUTCOME-MESSAGE
           WRITE OUTCOME-LINE.

      *> RAW without the spaces behind it, as a text of JSON.
       APPEND-TEXT.
           MOVE FUNCTION LENGTH(FUNCTION TRIM(RAW TRAILING))
               TO RAW-LENGTH
           IF RAW = SPACES MOVE 0 TO RAW-LENGTH END-IF
           MOVE 1 TO SAFE-END
           STRING '"' DELIMITED BY SIZE INTO SAFE POINTER SAFE-END
           PERFORM VARYING RAW-INDEX FROM 1 BY 1
                   UNTIL RAW-INDEX > RAW-LENGTH
               MOVE RAW(RAW-INDEX:1) TO BYTE
               COMPUTE BYTE-NUMBER = FUNCTION ORD(BYTE) - 1
               EVALUATE TRUE
                   WHEN BYTE = '"' OR BYTE = "\"
                       STRING "\" BYTE DELIMITED BY SIZE
                           INTO SAFE POINTER SAFE-END
                   WHEN BYTE-NUMBER < 32
                       DIVIDE BYTE-NUMBER BY 16 GIVING HIGH-DIGIT
                           REMAINDER LOW-DIGIT
                       STRING "\u00" HEX-DIGITS(HIGH-DIGIT + 1:1)
                           HEX-DIGITS(LOW-DIGIT + 1:1)
                           DELIMITED BY SIZE
                           INTO SAFE POINTER SAFE-END
                   WHEN OTHER
                       STRING BYTE DELIMITED BY SIZE
                           INTO SAFE POINTER SAFE-END
               END-EVALUATE
           END-PERFORM
           STRING '"' DELIMITED BY SIZE INTO SAFE POINTER SAFE-END
           STRING SAFE(1:SAFE-END - 1) DELIMITED BY SIZE
               INTO INPUT-TEXT POINTER INPUT-END.

      *> The text FIELD of the session, into FOUND.
       FIND-TEXT.
           MOVE SPACES TO FOUND
           CALL "ongoing_text" USING BY VALUE SESSION-PTR
               BY VALUE FIELD BY REFERENCE TEXT-LENGTH
               RETURNING TEXT-PTR
           IF TEXT-LENGTH > 0
               SET ADDRESS OF TEXT-OF-SESSION TO TEXT-PTR
               IF TEXT-LENGTH > 200 MOVE 200 TO TEXT-LENGTH END-IF
               MOVE TEXT-OF-SESSION(1:TEXT-LENGTH) TO FOUND
           END-IF.

       STOP-ON-FAILURE.
           IF RESULT NOT = 0
               MOVE FIELD-MESSAGE TO FIELD
               PERFORM FIND-TEXT
               DISPLAY FUNCTION TRIM(FOUND) UPON SYSERR
               MOVE RESULT TO WORST
               PERFORM FINISH
           END-IF.

       SET-ALL.
           MOVE "url" TO SETTING-NAME
           MOVE "ONGOING_URL" TO SETTING-VARIABLE
           PERFORM SET-ONE
           MOVE "user_name" TO SETTING-NAME
           MOVE "ONGOING_USERNAME" TO SETTING-VARIABLE
           PERFORM SET-ONE
           MOVE "password" TO SETTING-NAME
           MOVE "ONGOING_PASSWORD" TO SETTING-VARIABLE
           PERFORM SET-ONE
           MOVE "goods_owner_code" TO SETTING-NAME
           MOVE "ONGOING_GOODS_OWNER_CODE" TO SETTING-VARIABLE
           PERFORM SET-ONE
           MOVE "goods_owner_id" TO SETTING-NAME
           MOVE "ONGOING_GOODS_OWNER_ID" TO SETTING-VARIABLE
           PERFORM SET-ONE.

       SET-ONE.
           MOVE SPACES TO SETTING-VALUE
           ACCEPT SETTING-VALUE FROM ENVIRONMENT SETTING-VARIABLE
               ON EXCEPTION CONTINUE
           END-ACCEPT
           MOVE FUNCTION LENGTH(FUNCTION TRIM(SETTING-NAME))
               TO NAME-LENGTH
           MOVE FUNCTION LENGTH(FUNCTION TRIM(SETTING-VALUE TRAILING))
               TO VALUE-LENGTH
           IF SETTING-VALUE = SPACES MOVE 0 TO VALUE-LENGTH END-IF
           CALL "ongoing_set" USING BY VALUE SESSION-PTR
               BY REFERENCE SETTING-NAME BY VALUE NAME-LENGTH
               BY REFERENCE SETTING-VALUE BY VALUE VALUE-LENGTH
               RETURNING RESULT
           PERFORM STOP-ON-FAILURE.
